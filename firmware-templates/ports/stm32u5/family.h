/* STM32U5: registers from ST's reference manual RM0456, at their non-secure addresses (TrustZone off, as delivered). */
#ifndef KILN_STM32U5_FAMILY_H
#define KILN_STM32U5_FAMILY_H

#include "board.h"
#include "core.h"
#include "gpio_v2.h"
#include "pll.h"
#include "timer_tim2.h"
#include "uart_v2.h"

/* 11.4 clock */
#define CORE_LIMIT_HZ 160000000u
#define AHB_HZ BOARD_CORE_HZ
#define APB1_LIMIT_HZ 160000000u
#define APB2_LIMIT_HZ 160000000u
#define INTERNAL_HZ 16000000u
#define RESET_HZ 4000000u

/* 7.3.3 (table 54): voltage range 1, one wait state for each 32 MHz begun beyond the first */
#define FLASH_ACR REGISTER(0x40022000u)
#define FLASH_ACR_LATENCY_MASK 15u
#define FLASH_ACR_PRFTEN BIT(8)
#define FLASH_ACR_FAST (FLASH_ACR_PRFTEN | (BOARD_CORE_HZ - 1u) / 32000000u)

/* 2.3.2 memory map, 11.8.24 to 11.8.32 enables */
#define GPIO_BASE(port) (0x42020000u + 0x400u * (uint32_t)((port) - 'A'))
#define RCC_GPIO_ENR REGISTER(0x46020C8Cu)
#define RCC_GPIO_BIT(port) BIT((port) - 'A')
#define RCC_APB1ENR1 REGISTER(0x46020C9Cu)
#define RCC_APB2ENR REGISTER(0x46020CA4u)
#define RCC_TIM2_ENR RCC_APB1ENR1

/* 10.3: port G has a supply of its own, which has to be declared valid */
#define GPIO_NEEDS_SUPPLY(port) ((port) == 'G')
#define PWR_SVMCR REGISTER(0x46020810u)
#define PWR_SVMCR_IO2SV BIT(29)

static inline void gpio_supply(void)
{
    RCC_AHB3ENR |= RCC_AHB3ENR_PWR;
    (void)RCC_AHB3ENR;
    PWR_SVMCR |= PWR_SVMCR_IO2SV;
}

#define USART1_BASE 0x40013800u
#define USART1_ENR RCC_APB2ENR
#define USART1_ENR_BIT BIT(14)
#define USART1_BUS apb2
#define USART1_IRQ 61
#define USART2_BASE 0x40004400u
#define USART2_ENR RCC_APB1ENR1
#define USART2_ENR_BIT BIT(17)
#define USART2_BUS apb1
#define USART2_IRQ 62
#define USART3_BASE 0x40004800u
#define USART3_ENR RCC_APB1ENR1
#define USART3_ENR_BIT BIT(18)
#define USART3_BUS apb1
#define USART3_IRQ 63
#define IRQ_COUNT 126

#endif
