/* The console: interrupts fill a ring on the way in, polling on the way out. */
#ifndef KILN_STM32_UART_H
#define KILN_STM32_UART_H

#include <stdint.h>

#include "clock.h"

/* 8 data bits, no parity, 1 stop bit. */
void uart_start(struct clock clock, uint32_t baud);

/* Waits until all that was sent has left; returns whether the speed can be had to 2 %, and is then in force. */
int uart_set_baud(struct clock clock, uint32_t baud);

/* Whether a received character waits. */
int uart_waiting(void);

#endif
