/* The console on USART1: interrupts fill a ring on the way in, polling on the way out. */
#ifndef KILN_STM32F4_UART_H
#define KILN_STM32F4_UART_H

#include <stdint.h>

/* 8 data bits, no parity, 1 stop bit. `clock_hz` is APB2's. */
void uart_start(uint32_t clock_hz, uint32_t baud);

/* Waits until all that was sent has left; returns whether the speed can be had to 2 %, and is now in force. */
int uart_set_baud(uint32_t clock_hz, uint32_t baud);

/* Whether a received character waits. */
int uart_waiting(void);

#endif
