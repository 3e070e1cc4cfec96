/* STM32F1: registers from ST's reference manuals RM0008 (STM32F101 to F107) and RM0041 (STM32F100). */
#ifndef KILN_STM32F1_FAMILY_H
#define KILN_STM32F1_FAMILY_H

#include "board.h"
#include "core.h"
#include "gpio_v1.h"
#include "pll_mul.h"
#include "timer_systick.h"
#include "uart_v1.h"

/* RM0008 7.3 clock */
#define CORE_LIMIT_HZ 72000000u
#define APB1_LIMIT_HZ 36000000u
#define APB2_LIMIT_HZ 72000000u
#define RCC_CFGR_PPRE2(prescaler) ((prescaler) << 11)
#define RCC_CFGR_PLL_MASK (0x3Fu << 16)

/* RM0008 3.3.3 flash; the STM32F100 knows no wait states and needs none */
#define FLASH_ACR_FAST (WAIT_STATES > 0 ? FLASH_ACR_PRFTBE | WAIT_STATES : 0u)

/* RM0008 3.3 memory map, 7.3.7 and 7.3.8 enables */
#define GPIO_BASE(port) (0x40010800u + 0x400u * (uint32_t)((port) - 'A'))
#define RCC_GPIO_ENR RCC_APB2ENR
#define RCC_GPIO_BIT(port) BIT(2 + (port) - 'A')

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
#define IRQ_COUNT 68

/* 9.3.8: pins without remapping, the only ones that this port knows */
#define USART1_TX_PIN ('A' * 16 + 9)
#define USART1_RX_PIN ('A' * 16 + 10)
#define USART2_TX_PIN ('A' * 16 + 2)
#define USART2_RX_PIN ('A' * 16 + 3)
#define USART3_TX_PIN ('B' * 16 + 10)
#define USART3_RX_PIN ('B' * 16 + 11)

#endif
