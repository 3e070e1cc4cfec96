/* STM32G0: registers from ST's reference manual RM0444. */
#ifndef KILN_STM32G0_FAMILY_H
#define KILN_STM32G0_FAMILY_H

#include "board.h"
#include "core.h"
#include "gpio_v2.h"
#include "pll_r.h"
#include "timer_tim2.h"
#include "uart_v2.h"

/* 5.4 clock: one APB; range 1 is enough for all that it can */
#define CORE_LIMIT_HZ 64000000u
#define APB1_LIMIT_HZ 64000000u
#define APB2_LIMIT_HZ 64000000u
#define AHB_STEP_ABOVE_HZ CORE_LIMIT_HZ
#define BOOST_ABOVE_HZ CORE_LIMIT_HZ
#define RESET_HZ INTERNAL_HZ
#define RCC_CR_RESETON RCC_CR_HSION
#define RCC_CR_RESETRDY RCC_CR_HSIRDY
#define RCC_CFGR_SW_MASK 7u
#define RCC_CFGR_SW_RESET 0u
#define RCC_CFGR_SW_PLL 2u
#define RCC_CFGR_SWS(sw) ((sw) << 3)
#define RCC_CFGR_HPRE(prescaler) ((prescaler) << 8)
#define RCC_CFGR_PPRE1(prescaler) ((prescaler) << 12)
#define RCC_CFGR_PPRE2(prescaler) ((prescaler) & 0u)
#define RCC_PLLCFGR_REN BIT(28)
#define RCC_PLLCFGR_R_2 BIT(29)

/* 3.3.4 (table 13): range 1, one wait state for each 24 MHz begun beyond the first, two at 64 MHz */
#define FLASH_ACR_LATENCY_MASK 7u
#define FLASH_ACR_FAST (FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | (BOARD_CORE_HZ - 1u) / 24000000u)

/* 2.2.2 memory map, 5.4.13 to 5.4.16 enables */
#define GPIO_BASE(port) (0x50000000u + 0x400u * (uint32_t)((port) - 'A'))
#define RCC_GPIO_ENR REGISTER(0x40021034u)
#define RCC_GPIO_BIT(port) BIT((port) - 'A')
#define RCC_APBENR1 REGISTER(0x4002103Cu)
#define RCC_APBENR2 REGISTER(0x40021040u)
#define RCC_TIM2_ENR RCC_APBENR1
#define RCC_PWR_ENR RCC_APBENR1

#define USART1_BASE 0x40013800u
#define USART1_ENR RCC_APBENR2
#define USART1_ENR_BIT BIT(14)
#define USART1_BUS apb1
#define USART1_IRQ 27
#define USART2_BASE 0x40004400u
#define USART2_ENR RCC_APBENR1
#define USART2_ENR_BIT BIT(17)
#define USART2_BUS apb1
#define USART2_IRQ 28
#define LPUART1_BASE 0x40008000u
#define LPUART1_ENR RCC_APBENR1
#define LPUART1_ENR_BIT BIT(20)
#define LPUART1_BUS apb1
#define LPUART1_IRQ 29
#define IRQ_COUNT 32

#endif
