/* SysTick as the timer of the STM32F1, whose timers have 16 bits. */
#ifndef KILN_STM32_TIMER_SYSTICK_H
#define KILN_STM32_TIMER_SYSTICK_H

#include "core.h"

#endif
