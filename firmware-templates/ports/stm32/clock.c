/* Source → PLL → flash that keeps pace → switch; whatever fails, the clock of reset. */
#include "clock.h"

#include "clock_tree.h"

/* A crystal may take some ms to start; ST's own code allows 100 ms. A turn of the loop takes at least 5 cycles of at most
 * 16 MHz until the switch (64 MHz on the STM32H7, whose cycles here are longer), so this is at least 100 ms. */
#define READY_POLLS (RESET_HZ / 10u > 320000u ? RESET_HZ / 10u : 320000u)

int wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value)
{
    for (uint32_t polls = READY_POLLS; polls > 0; polls--) {
        if ((*reg & mask) == value) {
            return 1;
        }
    }
    return 0;
}

static int switch_to(uint32_t source)
{
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW_MASK) | source;
    return wait_for(&RCC_CFGR, RCC_CFGR_SWS(RCC_CFGR_SW_MASK), RCC_CFGR_SWS(source));
}

/* A boot loader may have left the core on the PLL, which can only be set while it is off. */
static int leave_pll(void)
{
    if ((RCC_CR & RCC_CR_PLLON) == 0) {
        return 1;
    }
    RCC_CR |= RCC_CR_RESETON;
    if (!wait_for(&RCC_CR, RCC_CR_RESETRDY, RCC_CR_RESETRDY) || !switch_to(RCC_CFGR_SW_RESET)) {
        return 0;
    }
    RCC_CR &= ~RCC_CR_PLLON;
    return wait_for(&RCC_CR, RCC_CR_PLLRDY, 0);
}

static int start_source(void)
{
    if (SOURCE_IS_BYPASS) {
        RCC_CR |= RCC_CR_HSEBYP; /* only while it is off */
    }
    RCC_CR |= SOURCE_IS_EXTERNAL ? RCC_CR_HSEON : RCC_CR_HSION;
    uint32_t ready = SOURCE_IS_EXTERNAL ? RCC_CR_HSERDY : RCC_CR_HSIRDY;
    return wait_for(&RCC_CR, ready, ready);
}

static int start_pll(void)
{
    RCC_CR |= RCC_CR_PLLON;
    return wait_for(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY);
}

/* The wait states have to be in force before the clock is raised. */
static int slow_flash(void)
{
    FLASH_ACR = (FLASH_ACR & ~FLASH_ACR_LATENCY_MASK) | FLASH_ACR_FAST;
    return wait_for(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, FLASH_ACR_FAST & FLASH_ACR_LATENCY_MASK);
}

static int switch_to_pll(void)
{
    tree_divide_buses();
    if (!switch_to(RCC_CFGR_SW_PLL)) {
        return 0;
    }
    tree_settle();
    return 1;
}

static struct clock fall_back(void)
{
    (void)switch_to(RCC_CFGR_SW_RESET);
    tree_undivide_buses();
    FLASH_ACR &= ~FLASH_ACR_LATENCY_MASK;
    RCC_CR &= ~(RCC_CR_PLLON | RCC_CR_HSEON);
    RCC_CR &= ~RCC_CR_HSEBYP;
    return (struct clock){.core = RESET_HZ, .apb1 = RESET_HZ, .apb2 = RESET_HZ, .timer = RESET_HZ};
}

struct clock clock_start(void)
{
    if (leave_pll() && start_source() && tree_prepare() && start_pll() && slow_flash() && switch_to_pll()) {
        return (struct clock){
            .core = BOARD_CORE_HZ,
            .apb1 = AHB_HZ / APB1_DIVIDER,
            .apb2 = AHB_HZ / APB2_DIVIDER,
            .timer = APB1_DIVIDER == 1u ? AHB_HZ : 2u * (AHB_HZ / APB1_DIVIDER),
        };
    }
    return fall_back();
}
