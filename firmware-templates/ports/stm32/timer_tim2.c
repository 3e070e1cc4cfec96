/* Time by TIM2: 32 bits, one tick per cycle of the timer clock. */
#include "timer_tim2.h"

#include "family.h"
#include "port.h"
#include "startup.h"
#include "timer.h"

uint32_t timer_start(struct clock clock)
{
    RCC_TIM2_ENR |= RCC_TIM2_ENR_BIT;
    (void)RCC_TIM2_ENR;
    TIM2_PSC = 0;
    TIM2_ARR = 0xFFFFFFFFu;
    TIM2_EGR = TIM_EGR_UG; /* loads the prescaler and clears the counter */
    TIM2_CR1 = TIM_CR1_CEN;
    return clock.timer;
}

uint64_t port_ticks(void)
{
    static uint32_t last;
    static uint32_t wraps;
    uint32_t now = TIM2_CNT;
    wraps += now < last;
    last = now;
    return (uint64_t)wraps << 32 | now;
}

/* SysTick counts 24 bits of AHB / 8 or slower: 0.3 s at 400 MHz, where TIM2 wraps after 21 s; seconds against minutes on
 * the clock of reset. */
void timer_alarm_on(void)
{
    SYSTICK_RVR = SYSTICK_MASK;
    SYSTICK_CVR = 0;
    SYSTICK_CSR = SYSTICK_CSR_ENABLE | SYSTICK_CSR_TICKINT;
}

void timer_alarm_off(void)
{
    SYSTICK_CSR = 0;
}

/* Its coming is all that is wanted of it: it ends the WFI. */
void systick_handler(void)
{
}
