/* Time: TIM2, 32 bits, one tick per cycle of the timer clock. */
#ifndef KILN_STM32F4_TIMER_H
#define KILN_STM32F4_TIMER_H

void timer_start(void);

/* Between these, an interrupt comes often enough that no wrap of TIM2 goes unseen while the core sleeps. */
void timer_alarm_on(void);
void timer_alarm_off(void);

#endif
