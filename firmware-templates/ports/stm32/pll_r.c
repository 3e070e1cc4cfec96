/* The reference is 4 MHz and R is 2, which lie within the limits of all three families. */
#include "pll_r.h"

#include "clock_tree.h"

/* RM0351 6.4.4, RM0432 6.4.4, RM0440 7.4.4, RM0444 5.4.4: reference 2.66 (L4: 4) to 16 MHz, VCO 96 to 344 MHz. */
#define REFERENCE_HZ 4000000u
#define R 2u
#define VCO_HZ (R * BOARD_CORE_HZ)
#define M (SOURCE_HZ / REFERENCE_HZ)
#define N (VCO_HZ / REFERENCE_HZ)

_Static_assert(SOURCE_HZ % REFERENCE_HZ == 0 && M >= 1u && M <= 8u, "the crystal has to be 4, 8, 12 … 32 MHz");
_Static_assert(VCO_HZ % REFERENCE_HZ == 0, "the core's clock has to be an even number of MHz");
_Static_assert(VCO_HZ >= 96000000u && BOARD_CORE_HZ <= CORE_LIMIT_HZ, "the chip is not that slow, or not that fast");

/* RM0351 5.1.7, RM0432 5.1.8, RM0440 6.1.5, RM0444 4.1.4 */
static int raise_voltage(void)
{
    RCC_PWR_ENR |= RCC_PWR_ENR_BIT;
    (void)RCC_PWR_ENR;
    if (BOARD_CORE_HZ > BOOST_ABOVE_HZ) {
        PWR_CR5 &= ~PWR_CR5_R1MODE;
    }
    PWR_CR1 = (PWR_CR1 & ~PWR_CR1_VOS(3u)) | PWR_CR1_VOS(1u);
    return wait_for(&PWR_SR2, PWR_SR2_VOSF, 0);
}

int tree_prepare(void)
{
    if (!raise_voltage()) {
        return 0;
    }
    RCC_PLLCFGR = (SOURCE_IS_EXTERNAL ? RCC_PLLCFGR_SOURCE_HSE : RCC_PLLCFGR_SOURCE_HSI) | RCC_PLLCFGR_M(M) |
                  RCC_PLLCFGR_N(N) | RCC_PLLCFGR_R_2 | RCC_PLLCFGR_REN;
    return 1;
}
