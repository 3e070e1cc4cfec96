/* The reference is 4 MHz, R is 2; voltage range 1 with its booster, which takes its clock from the PLL's source. */
#include "pll.h"

#include "clock_tree.h"

/* RM0456 11.4.6: reference 4 to 8 MHz, VCO 128 to 544 MHz; 10.5.4: the booster wants 4 to 16 MHz. */
#define REFERENCE_HZ 4000000u
#define R 2u
#define VCO_HZ (R * BOARD_CORE_HZ)
#define M (SOURCE_HZ / REFERENCE_HZ)
#define N (VCO_HZ / REFERENCE_HZ)
#define BOOSTER_DIVIDER_CODE (SOURCE_HZ <= 16000000u ? 0u : SOURCE_HZ <= 32000000u ? 1u : 2u)

_Static_assert(SOURCE_HZ % REFERENCE_HZ == 0 && M >= 1u && M <= 12u, "the crystal has to be 4, 8, 12 … 48 MHz");
_Static_assert(VCO_HZ % REFERENCE_HZ == 0, "the core's clock has to be an even number of MHz");
_Static_assert(VCO_HZ >= 128000000u && BOARD_CORE_HZ <= CORE_LIMIT_HZ, "the chip is not that slow, or not that fast");

static int raise_voltage(void)
{
    RCC_AHB3ENR |= RCC_AHB3ENR_PWR;
    (void)RCC_AHB3ENR;
    PWR_VOSR |= PWR_VOSR_RANGE_1;
    return wait_for(&PWR_VOSR, PWR_VOSR_VOSRDY, PWR_VOSR_VOSRDY);
}

static int boost(void)
{
    PWR_VOSR |= PWR_VOSR_BOOSTEN;
    return wait_for(&PWR_VOSR, PWR_VOSR_BOOSTRDY, PWR_VOSR_BOOSTRDY);
}

int tree_prepare(void)
{
    ICACHE_CR |= ICACHE_CR_EN; /* it has invalidated itself after reset (RM0456 8.4.4) */
    if (!raise_voltage()) {
        return 0;
    }
    RCC_PLL1CFGR = (SOURCE_IS_EXTERNAL ? RCC_PLL1CFGR_SOURCE_HSE : RCC_PLL1CFGR_SOURCE_HSI) | RCC_PLL1CFGR_M(M) |
                   RCC_PLL1CFGR_MBOOST(BOOSTER_DIVIDER_CODE) | RCC_PLL1CFGR_REN;
    RCC_PLL1DIVR = RCC_PLL1DIVR_N(N) | RCC_PLL1DIVR_P(2u) | RCC_PLL1DIVR_Q(2u) | RCC_PLL1DIVR_R(R);
    return boost();
}

void tree_divide_buses(void)
{
    RCC_CFGR2 = (RCC_CFGR2 & ~RCC_CFGR2_MASK) | RCC_CFGR2_PPRE1(PRESCALER(APB1_DIVIDER)) |
                RCC_CFGR2_PPRE2(PRESCALER(APB2_DIVIDER));
}

void tree_settle(void)
{
}

void tree_undivide_buses(void)
{
    RCC_CFGR2 &= ~RCC_CFGR2_MASK;
}
