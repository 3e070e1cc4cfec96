/* TIM2 of 32 bits, which all families have but the STM32F1. RM0090 18.4. */
#ifndef KILN_STM32_TIMER_TIM2_H
#define KILN_STM32_TIMER_TIM2_H

#include "core.h"

#define RCC_TIM2_ENR_BIT BIT(0)
#define TIM2_BASE 0x40000000u
#define TIM2_CR1 REGISTER(TIM2_BASE + 0x00u)
#define TIM_CR1_CEN BIT(0)
#define TIM2_EGR REGISTER(TIM2_BASE + 0x14u)
#define TIM_EGR_UG BIT(0)
#define TIM2_CNT REGISTER(TIM2_BASE + 0x24u)
#define TIM2_PSC REGISTER(TIM2_BASE + 0x28u)
#define TIM2_ARR REGISTER(TIM2_BASE + 0x2Cu)

#endif
