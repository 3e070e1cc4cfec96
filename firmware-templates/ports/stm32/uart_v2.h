/* The USART and LPUART of STM32F0, F3, F7, G0, G4, H7, L4 and U5. RM0351 40.8, 41.7. */
#ifndef KILN_STM32_UART_V2_H
#define KILN_STM32_UART_V2_H

#include "core.h"

#define UART_CR1(base) REGISTER((base) + 0x00u)
#define UART_CR1_UE BIT(0)
#define UART_BRR(base) REGISTER((base) + 0x0Cu)
#define UART_SR(base) REGISTER((base) + 0x1Cu) /* ISR */
#define UART_ICR(base) REGISTER((base) + 0x20u)
#define UART_ICR_ERRORS 15u /* overrun, noise, framing, parity */
#define UART_RDR(base) REGISTER((base) + 0x24u)
#define UART_TDR(base) REGISTER((base) + 0x28u)

/* An overrun that is left standing would interrupt again and again. */
static inline void uart_clear_errors(uint32_t base)
{
    UART_ICR(base) = UART_ICR_ERRORS;
}

#endif
