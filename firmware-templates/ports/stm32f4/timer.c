/* Time: TIM2, 32 bits, one tick per cycle of the timer clock. */
#include "timer.h"

#include "port.h"
#include "registers.h"
#include "startup.h"

void timer_start(void)
{
    RCC_APB1ENR |= RCC_APB1ENR_TIM2;
    (void)RCC_APB1ENR;
    TIM2_PSC = 0;
    TIM2_ARR = 0xFFFFFFFFu;
    TIM2_EGR = TIM_EGR_UG; /* loads the prescaler and clears the counter */
    TIM2_CR1 = TIM_CR1_CEN;
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

/* SysTick counts 24 bits of AHB / 8: 0.8 s at 168 MHz, where TIM2 wraps after 51 s; 8 s against 268 s at 16 MHz. */
void timer_alarm_on(void)
{
    SYSTICK_RVR = 0xFFFFFFu;
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
