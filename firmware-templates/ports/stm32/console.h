/* Which UART is the console: the family's facts of the one that the board's sheet names. */
#ifndef KILN_STM32_CONSOLE_H
#define KILN_STM32_CONSOLE_H

#include "board.h"
#include "family.h"

#define CONSOLE_JOIN_(uart, fact) uart##_##fact
#define CONSOLE_JOIN(uart, fact) CONSOLE_JOIN_(uart, fact)
#define CONSOLE_FACT(fact) CONSOLE_JOIN(BOARD_CONSOLE_UART, fact)

#define CONSOLE_BASE CONSOLE_FACT(BASE)
#define CONSOLE_ENR CONSOLE_FACT(ENR)
#define CONSOLE_ENR_BIT CONSOLE_FACT(ENR_BIT)
#define CONSOLE_BUS CONSOLE_FACT(BUS)
#define CONSOLE_IRQ CONSOLE_FACT(IRQ)
#define CONSOLE_SCALE CONSOLE_FACT(SCALE)

/* How much finer than sixteenths of a bit the divider is. */
#define USART1_SCALE 1u
#define USART2_SCALE 1u
#define USART3_SCALE 1u
#define LPUART1_SCALE 256u

#endif
