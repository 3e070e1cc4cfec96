/* Time: a counter that port_ticks() extends to 64 bits. */
#ifndef KILN_STM32_TIMER_H
#define KILN_STM32_TIMER_H

#include <stdint.h>

#include "clock.h"

/* Returns its frequency in Hz. */
uint32_t timer_start(struct clock clock);

/* Between these, an interrupt comes often enough that no wrap of the counter goes unseen while the core sleeps. */
void timer_alarm_on(void);
void timer_alarm_off(void);

#endif
