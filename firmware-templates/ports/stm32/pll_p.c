/* The reference is 1 MHz, so that every whole crystal will do; the VCO runs at the first multiple of the core's clock
 * that it can. */
#include "pll_p.h"

#include "clock_tree.h"

/* RM0090 7.3.2, RM0368 6.3.2, RM0410 5.3.2: reference 1 to 2 MHz, VCO 192 to 432 MHz, at most 48 MHz behind Q. */
#define REFERENCE_HZ 1000000u
#define VCO_MIN_HZ 192000000u
#define P (2u * BOARD_CORE_HZ >= VCO_MIN_HZ ? 2u : 4u * BOARD_CORE_HZ >= VCO_MIN_HZ ? 4u : 8u)
#define VCO_HZ (P * BOARD_CORE_HZ)
#define M (SOURCE_HZ / REFERENCE_HZ)
#define N (VCO_HZ / REFERENCE_HZ)
#define Q ((VCO_HZ + 47999999u) / 48000000u)

_Static_assert(SOURCE_HZ % REFERENCE_HZ == 0, "the crystal has to be a whole number of MHz");
_Static_assert(SOURCE_HZ >= 4000000u && SOURCE_HZ <= 26000000u, "the chip takes crystals of 4 to 26 MHz");
_Static_assert(BOARD_CORE_HZ % REFERENCE_HZ == 0, "the core's clock has to be a whole number of MHz");
_Static_assert(VCO_HZ >= VCO_MIN_HZ && BOARD_CORE_HZ <= CORE_LIMIT_HZ, "the chip is not that slow, or not that fast");

/* RM0390 5.1.4, RM0410 4.1.6: while the PLL starts, before the switch to it. */
static int start_overdrive(void)
{
    PWR_CR |= PWR_CR_ODEN;
    if (!wait_for(&PWR_CSR, PWR_CSR_ODRDY, PWR_CSR_ODRDY)) {
        return 0;
    }
    PWR_CR |= PWR_CR_ODSWEN;
    return wait_for(&PWR_CSR, PWR_CSR_ODSWRDY, PWR_CSR_ODSWRDY);
}

int tree_prepare(void)
{
    RCC_APB1ENR |= RCC_APB1ENR_PWR;
    (void)RCC_APB1ENR; /* the enable takes effect two bus cycles later (ES0182) */
    PWR_CR = (PWR_CR & ~PWR_CR_VOS(PWR_CR_VOS_MASK)) | PWR_CR_VOS(PWR_CR_VOS_SCALE);
    RCC_PLLCFGR = (RCC_PLLCFGR & ~RCC_PLLCFGR_MASK) | RCC_PLLCFGR_M(M) | RCC_PLLCFGR_N(N) | RCC_PLLCFGR_P(P) |
                  (SOURCE_IS_EXTERNAL ? RCC_PLLCFGR_SOURCE_HSE : 0u) | RCC_PLLCFGR_Q(Q);
    RCC_CR |= RCC_CR_PLLON;
    return BOARD_CORE_HZ > OVERDRIVE_ABOVE_HZ ? start_overdrive() : 1;
}
