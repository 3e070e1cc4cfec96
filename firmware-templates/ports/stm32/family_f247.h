/* What STM32F2, F4 and F7 have in common beside their PLL: where ports, timer and UARTs lie and what enables them. */
#ifndef KILN_STM32_FAMILY_F247_H
#define KILN_STM32_FAMILY_F247_H

#include "pll_p.h"

#define INTERNAL_HZ 16000000u
#define RESET_HZ INTERNAL_HZ

#define GPIO_BASE(port) (0x40020000u + 0x400u * (uint32_t)((port) - 'A'))
#define RCC_GPIO_ENR RCC_AHB1ENR
#define RCC_GPIO_BIT(port) BIT((port) - 'A')
#define RCC_TIM2_ENR RCC_APB1ENR

#define USART1_BASE 0x40011000u
#define USART1_ENR RCC_APB2ENR
#define USART1_ENR_BIT BIT(4)
#define USART1_BUS apb2
#define USART1_IRQ 37
#define USART2_BASE 0x40004400u
#define USART2_ENR RCC_APB1ENR
#define USART2_ENR_BIT BIT(17)
#define USART2_BUS apb1
#define USART2_IRQ 38
#define USART3_BASE 0x40004800u
#define USART3_ENR RCC_APB1ENR
#define USART3_ENR_BIT BIT(18)
#define USART3_BUS apb1
#define USART3_IRQ 39

#endif
