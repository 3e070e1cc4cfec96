/* The application's port on any STM32: puts clock, timer and console together. */
#include "port.h"

#include "board.h"
#include "clock.h"
#include "timer.h"
#include "uart.h"

static struct clock clock;
static uint32_t tick_hz;

void port_init(void)
{
    clock = clock_start();
    tick_hz = timer_start(clock);
    uart_start(clock, BOARD_CONSOLE_BAUD);
}

uint32_t port_core_hz(void)
{
    return clock.core;
}

uint32_t port_tick_hz(void)
{
    return tick_hz;
}

int port_set_baud(uint32_t baud)
{
    return uart_set_baud(clock, baud != 0 ? baud : BOARD_CONSOLE_BAUD);
}

void port_sleep(void)
{
    timer_alarm_on();
    /* With interrupts masked, WFI still wakes on one that is pending: nothing can come between the check and the WFI. */
    __asm volatile("cpsid i" ::: "memory");
    if (!uart_waiting()) {
        __asm volatile("dsb\n\twfi" ::: "memory");
    }
    __asm volatile("cpsie i\n\tisb" ::: "memory");
    timer_alarm_off();
    (void)port_ticks(); /* notes a wrap */
}
