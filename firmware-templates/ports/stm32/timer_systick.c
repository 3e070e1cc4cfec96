/* Time by SysTick: one tick per cycle of the core; its interrupt counts the wraps of its 24 bits. */
#include "timer_systick.h"

#include "port.h"
#include "startup.h"
#include "timer.h"

static volatile uint32_t wraps;

uint32_t timer_start(struct clock clock)
{
    SYSTICK_RVR = SYSTICK_MASK;
    SYSTICK_CVR = 0;
    SYSTICK_CSR = SYSTICK_CSR_ENABLE | SYSTICK_CSR_TICKINT | SYSTICK_CSR_CORE_CLOCK;
    return clock.core;
}

/* It counts down, and interrupts when it reaches 0: there a period begins. */
uint64_t port_ticks(void)
{
    uint32_t before;
    uint32_t within;
    do {
        before = wraps;
        within = (0u - SYSTICK_CVR) & SYSTICK_MASK;
    } while (before != wraps);
    return (uint64_t)before << 24 | within;
}

void systick_handler(void)
{
    wraps = wraps + 1;
}

/* It interrupts anyway. */
void timer_alarm_on(void)
{
}

void timer_alarm_off(void)
{
}
