/* The USART of STM32F1, F2 and F4. RM0090 30.6. */
#ifndef KILN_STM32_UART_V1_H
#define KILN_STM32_UART_V1_H

#include "core.h"

#define UART_SR(base) REGISTER((base) + 0x00u)
#define UART_RDR(base) REGISTER((base) + 0x04u) /* one register for both: DR */
#define UART_TDR(base) REGISTER((base) + 0x04u)
#define UART_BRR(base) REGISTER((base) + 0x08u)
#define UART_CR1(base) REGISTER((base) + 0x0Cu)
#define UART_CR1_UE BIT(13)

/* 30.6.1: reading SR, then DR, clears the overrun, noise and framing flags too. */
static inline void uart_clear_errors(uint32_t base)
{
    (void)base;
}

#endif
