/* STM32F3: registers from ST's reference manual RM0316 (STM32F302, F303, F3x8). */
#ifndef KILN_STM32F3_FAMILY_H
#define KILN_STM32F3_FAMILY_H

#include "board.h"
#include "core.h"
#include "gpio_v2.h"
#include "pll_mul.h"
#include "timer_tim2.h"
#include "uart_v2.h"

/* 9.4 clock */
#define CORE_LIMIT_HZ 72000000u
#define APB1_LIMIT_HZ 36000000u
#define APB2_LIMIT_HZ 72000000u
#define RCC_CFGR_PPRE2(prescaler) ((prescaler) << 11)
#define RCC_CFGR_PLL_MASK (0x3Fu << 16)

/* 4.5.1 flash */
#define FLASH_ACR_FAST (FLASH_ACR_PRFTBE | WAIT_STATES)

/* 3.2.2 memory map, 9.4.6 to 9.4.8 enables */
#define GPIO_BASE(port) (0x48000000u + 0x400u * (uint32_t)((port) - 'A'))
#define RCC_GPIO_ENR REGISTER(0x40021014u)
#define RCC_GPIO_BIT(port) BIT(17 + (port) - 'A')
#define RCC_TIM2_ENR RCC_APB1ENR

#define USART1_BASE 0x40013800u
#define USART1_ENR RCC_APB2ENR
#define USART1_ENR_BIT BIT(14)
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
#define IRQ_COUNT 82

#endif
