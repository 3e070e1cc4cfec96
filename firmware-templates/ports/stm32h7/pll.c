/* The reference is 4 MHz, P is 2; the core's regulator is the LDO at scale 1. */
#include "pll.h"

#include "clock_tree.h"

/* RM0433 8.5.5: reference 4 to 8 MHz, wide VCO 192 to 836 MHz. */
#define REFERENCE_HZ 4000000u
#define P 2u
#define VCO_HZ (P * BOARD_CORE_HZ)
#define M (SOURCE_HZ / REFERENCE_HZ)
#define N (VCO_HZ / REFERENCE_HZ)

_Static_assert(SOURCE_HZ % REFERENCE_HZ == 0 && M >= 1u && M <= 63u, "the crystal has to be 4, 8, 12 … MHz");
_Static_assert(VCO_HZ % REFERENCE_HZ == 0, "the core's clock has to be an even number of MHz");
_Static_assert(VCO_HZ >= 192000000u && BOARD_CORE_HZ <= CORE_LIMIT_HZ, "the chip is not that slow, or not that fast");

/* RM0433 6.4.1: the supply has to be confirmed once before anything else; 6.6.2: then the scale. */
static int raise_voltage(void)
{
    PWR_CR3 = (PWR_CR3 & ~(PWR_CR3_BYPASS | PWR_CR3_SCUEN)) | PWR_CR3_LDOEN;
    if (!wait_for(&PWR_CSR1, PWR_CSR1_ACTVOSRDY, PWR_CSR1_ACTVOSRDY)) {
        return 0;
    }
    PWR_D3CR |= PWR_D3CR_VOS_SCALE_1;
    return wait_for(&PWR_D3CR, PWR_D3CR_VOSRDY, PWR_D3CR_VOSRDY);
}

int tree_prepare(void)
{
    if (!raise_voltage()) {
        return 0;
    }
    RCC_PLLCKSELR = (RCC_PLLCKSELR & ~RCC_PLLCKSELR_MASK) | RCC_PLLCKSELR_M1(M) |
                    (SOURCE_IS_EXTERNAL ? RCC_PLLCKSELR_SOURCE_HSE : RCC_PLLCKSELR_SOURCE_HSI);
    RCC_PLLCFGR =
        (RCC_PLLCFGR & ~RCC_PLLCFGR_PLL1_MASK) | RCC_PLLCFGR_PLL1RGE_4_TO_8_MHZ | RCC_PLLCFGR_DIVP1EN;
    RCC_PLL1DIVR = RCC_PLL1DIVR_N(N) | RCC_PLL1DIVR_P(P) | RCC_PLL1DIVR_Q(2u) | RCC_PLL1DIVR_R(2u);
    return 1;
}

/* APB3 and APB4, which nothing here uses, have the limit of APB1. */
void tree_divide_buses(void)
{
    uint32_t prescaler = PRESCALER(APB1_DIVIDER);
    RCC_D1CFGR = (RCC_D1CFGR & ~RCC_D1CFGR_MASK) | RCC_D1CFGR_HPRE_DIV_2 | RCC_D1CFGR_D1PPRE(prescaler);
    RCC_D2CFGR = RCC_D2CFGR_D2PPRE1(prescaler) | RCC_D2CFGR_D2PPRE2(PRESCALER(APB2_DIVIDER));
    RCC_D3CFGR = RCC_D3CFGR_D3PPRE(prescaler);
}

void tree_settle(void)
{
}

void tree_undivide_buses(void)
{
    RCC_D1CFGR &= ~RCC_D1CFGR_MASK;
    RCC_D2CFGR = 0;
    RCC_D3CFGR = 0;
}
