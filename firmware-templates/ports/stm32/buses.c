/* Bus dividers where they lie in RCC_CFGR. */
#include "buses.h"

#include "clock_tree.h"

#define STEPS_UP (BOARD_CORE_HZ > AHB_STEP_ABOVE_HZ)

void tree_divide_buses(void)
{
    tree_undivide_buses();
    RCC_CFGR |= RCC_CFGR_PPRE1(PRESCALER(APB1_DIVIDER)) | RCC_CFGR_PPRE2(PRESCALER(APB2_DIVIDER)) |
                (STEPS_UP ? RCC_CFGR_HPRE_DIV_2 : 0u);
}

/* 1 µs at least: a turn of the loop takes several cycles. */
void tree_settle(void)
{
    if (!STEPS_UP) {
        return;
    }
    for (volatile uint32_t turns = BOARD_CORE_HZ / 1000000u; turns > 0; turns--) {
    }
    RCC_CFGR &= ~RCC_CFGR_HPRE(15u);
}

void tree_undivide_buses(void)
{
    RCC_CFGR &= ~(RCC_CFGR_HPRE(15u) | RCC_CFGR_PPRE1(7u) | RCC_CFGR_PPRE2(7u));
}
