/* The clock tree: 168 MHz from the crystal where that works, the internal 16 MHz where it does not. */
#include "clock.h"

#include "board.h"
#include "registers.h"

#define HSI_HZ 16000000u
#define PLL_HZ 168000000u
#define FLASH_WAIT_STATES 5u /* RM0090 3.5.1: 150 to 168 MHz at 2.7 to 3.6 V */

/* RM0090 7.3.2: the input of the PLL has to be 1 to 2 MHz, its VCO 100 to 432 MHz. The VCO runs at 336 MHz: halved for
 * the core, divided by 7 for the 48 MHz domain. */
#define PLL_INPUT_HZ 1000000u
#define PLL_M (BOARD_HSE_HZ / PLL_INPUT_HZ)
#define PLL_N (2u * PLL_HZ / PLL_INPUT_HZ)
#define PLL_Q 7u

_Static_assert(BOARD_HSE_HZ % PLL_INPUT_HZ == 0, "the crystal has to be a whole number of MHz");
_Static_assert(BOARD_HSE_HZ >= 4000000u && BOARD_HSE_HZ <= 26000000u, "the STM32F405 takes crystals of 4 to 26 MHz");

/* A crystal may take some ms to start; ST's own code allows 100 ms. A turn of the loop takes at least 5 cycles of
 * 16 MHz, so this is at least 100 ms. */
#define READY_POLLS 320000u

static int wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value)
{
    for (uint32_t polls = READY_POLLS; polls > 0; polls--) {
        if ((*reg & mask) == value) {
            return 1;
        }
    }
    return 0;
}

static int start_crystal(void)
{
    RCC_CR |= RCC_CR_HSEON;
    return wait_for(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY);
}

static int start_pll(void)
{
    RCC_APB1ENR |= RCC_APB1ENR_PWR;
    (void)RCC_APB1ENR; /* the enable takes effect two bus cycles later (ES0182, delay after an RCC peripheral clock enabling) */
    PWR_CR |= PWR_CR_VOS_SCALE_1;
    RCC_PLLCFGR = RCC_PLLCFGR_M(PLL_M) | RCC_PLLCFGR_N(PLL_N) | RCC_PLLCFGR_P_2 | RCC_PLLCFGR_SOURCE_HSE |
                  RCC_PLLCFGR_Q(PLL_Q);
    RCC_CR |= RCC_CR_PLLON;
    return wait_for(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY);
}

/* RM0090 3.5.1: the wait states have to be in force before the clock is raised. */
static int slow_flash(void)
{
    FLASH_ACR = FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN | FLASH_WAIT_STATES;
    return wait_for(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, FLASH_WAIT_STATES);
}

static int switch_to_pll(void)
{
    uint32_t cfgr = RCC_CFGR & ~(RCC_CFGR_HPRE_MASK | RCC_CFGR_PPRE1_MASK | RCC_CFGR_PPRE2_MASK | RCC_CFGR_SW_MASK);
    RCC_CFGR = cfgr | RCC_CFGR_PPRE1_DIV_4 | RCC_CFGR_PPRE2_DIV_2; /* at most 42 and 84 MHz */
    RCC_CFGR |= RCC_CFGR_SW_PLL;
    return wait_for(&RCC_CFGR, RCC_CFGR_SWS(RCC_CFGR_SW_MASK), RCC_CFGR_SWS(RCC_CFGR_SW_PLL));
}

static struct clock fall_back(void)
{
    RCC_CFGR &= ~RCC_CFGR_SW_MASK; /* 0 is the internal oscillator, which has run since reset */
    (void)wait_for(&RCC_CFGR, RCC_CFGR_SWS(RCC_CFGR_SW_MASK), 0);
    RCC_CFGR &= ~(RCC_CFGR_PPRE1_MASK | RCC_CFGR_PPRE2_MASK);
    FLASH_ACR &= ~FLASH_ACR_LATENCY_MASK;
    RCC_CR &= ~(RCC_CR_PLLON | RCC_CR_HSEON);
    return (struct clock){.core = HSI_HZ, .apb2 = HSI_HZ, .timer = HSI_HZ};
}

struct clock clock_start(void)
{
    if (start_crystal() && start_pll() && slow_flash() && switch_to_pll()) {
        return (struct clock){.core = PLL_HZ, .apb2 = PLL_HZ / 2, .timer = 2 * (PLL_HZ / 4)};
    }
    return fall_back();
}
