/* STM32F0: registers from ST's reference manual RM0091 (STM32F0x1, F0x2, F0x8). */
#ifndef KILN_STM32F0_FAMILY_H
#define KILN_STM32F0_FAMILY_H

#include "board.h"
#include "core.h"
#include "gpio_v2.h"
#include "pll_mul.h"
#include "timer_tim2.h"
#include "uart_v2.h"

#define CORE_WITHOUT_VTOR /* a Cortex-M0: its vectors are those at address 0, where the start of flash shows */

/* 6.4 clock: one APB, whose prescaler is where others have that of APB1 */
#define CORE_LIMIT_HZ 48000000u
#define APB1_LIMIT_HZ 48000000u
#define APB2_LIMIT_HZ 48000000u
#define RCC_CFGR_PPRE2(prescaler) ((prescaler) & 0u)
#define RCC_CFGR_PLL_MASK (0x7Fu << 15)

/* 3.5.1 flash */
#define FLASH_ACR_FAST (FLASH_ACR_PRFTBE | WAIT_STATES)

/* 2.2.2 memory map, 6.4.6 to 6.4.8 enables */
#define GPIO_BASE(port) (0x48000000u + 0x400u * (uint32_t)((port) - 'A'))
#define RCC_GPIO_ENR REGISTER(0x40021014u)
#define RCC_GPIO_BIT(port) BIT(17 + (port) - 'A')
#define RCC_TIM2_ENR RCC_APB1ENR

#define USART1_BASE 0x40013800u
#define USART1_ENR RCC_APB2ENR
#define USART1_ENR_BIT BIT(14)
#define USART1_BUS apb2
#define USART1_IRQ 27
#define USART2_BASE 0x40004400u
#define USART2_ENR RCC_APB1ENR
#define USART2_ENR_BIT BIT(17)
#define USART2_BUS apb1
#define USART2_IRQ 28
#define IRQ_COUNT 32

#endif
