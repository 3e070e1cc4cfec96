/* The clock tree: 168 MHz from the crystal where that works, the internal 16 MHz where it does not. */
#ifndef KILN_STM32F4_CLOCK_H
#define KILN_STM32F4_CLOCK_H

#include <stdint.h>

/* All in Hz, of the clock that is in force. */
struct clock {
    uint32_t core;  /* AHB */
    uint32_t apb2;  /* USART1 */
    uint32_t timer; /* TIM2: twice APB1 where APB1 is divided (RM0090 7.2) */
};

/* Takes up to about 0.3 s; never hangs. */
struct clock clock_start(void);

#endif
