/* core = source × 2 … 16, or half of it × 2 … 16; of the internal oscillator always the half. */
#include "pll_mul.h"

#include "clock_tree.h"

#define FACTOR_OF(divider) (BOARD_CORE_HZ / (SOURCE_HZ / (divider)))
#define IS_WHOLE(divider) (FACTOR_OF(divider) * (SOURCE_HZ / (divider)) == BOARD_CORE_HZ && FACTOR_OF(divider) <= 16u)
#define DIVIDER (SOURCE_IS_EXTERNAL && IS_WHOLE(1u) ? 1u : 2u)
#define FACTOR FACTOR_OF(DIVIDER)

_Static_assert(IS_WHOLE(DIVIDER) && FACTOR >= 2u, "the core's clock has to be 2 to 16 times its source, or half of it");
_Static_assert(BOARD_CORE_HZ <= CORE_LIMIT_HZ, "the chip is not that fast");

int tree_prepare(void)
{
    uint32_t source = !SOURCE_IS_EXTERNAL ? 0u : RCC_CFGR_PLLSRC_HSE | (DIVIDER == 2u ? RCC_CFGR_PLLXTPRE : 0u);
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_PLL_MASK) | source | RCC_CFGR_PLLMUL(FACTOR);
    return 1;
}
