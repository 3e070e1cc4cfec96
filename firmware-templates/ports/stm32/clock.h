/* The clock: as fast as the board's sheet says where its source works, as slow as after reset where it does not. */
#ifndef KILN_STM32_CLOCK_H
#define KILN_STM32_CLOCK_H

#include <stdint.h>

/* All in Hz, of the clock that is in force. */
struct clock {
    uint32_t core;
    uint32_t apb1;
    uint32_t apb2;
    uint32_t timer; /* TIM2: twice APB1 where APB1 is divided */
};

/* Takes up to about 0.5 s; never hangs. */
struct clock clock_start(void);

#endif
