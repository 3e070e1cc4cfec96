/* Instruction and data cache of a Cortex-M7. DDI 0403 B2.2.7, B3.2.3, B4.8. */
#ifndef KILN_STM32_CACHE_H
#define KILN_STM32_CACHE_H

#include "core.h"

#define SCB_CCR REGISTER(0xE000ED14u)
#define SCB_CCR_DC BIT(16)
#define SCB_CCR_IC BIT(17)
#define SCB_CCSIDR REGISTER(0xE000ED80u)
#define SCB_CSSELR REGISTER(0xE000ED84u)
#define SCB_ICIALLU REGISTER(0xE000EF50u)
#define SCB_DCISW REGISTER(0xE000EF60u)

/* What they held at reset is unknown: it is dropped before they are switched on. */
void cache_start(void);

#endif
