/* STM32H7: registers from ST's reference manual RM0433 (STM32H742, H743, H750, H753). */
#ifndef KILN_STM32H7_FAMILY_H
#define KILN_STM32H7_FAMILY_H

#include "board.h"
#include "cache.h"
#include "core.h"
#include "gpio_v2.h"
#include "pll.h"
#include "timer_tim2.h"
#include "uart_v2.h"

#define CORE_HAS_CACHES

/* 8.5 clock: the core's clock is halved for the buses. 400 MHz are what every revision does at scale 1 (VOS1). */
#define CORE_LIMIT_HZ 400000000u
#define AHB_HZ (BOARD_CORE_HZ / 2u)
#define APB1_LIMIT_HZ 100000000u
#define APB2_LIMIT_HZ 100000000u
#define INTERNAL_HZ 64000000u
#define RESET_HZ INTERNAL_HZ

/* 4.3.8 (table 17): VOS1, by the AXI clock */
#define FLASH_ACR REGISTER(0x52002000u)
#define FLASH_ACR_WRHIGHFREQ(range) ((range) << 4)
#define FLASH_ACR_LATENCY_MASK (15u | FLASH_ACR_WRHIGHFREQ(3u))
#define FLASH_ACR_FAST                                                                                                \
    (AHB_HZ <= 70000000u    ? 0u                                                                                      \
     : AHB_HZ <= 140000000u ? 1u | FLASH_ACR_WRHIGHFREQ(1u)                                                           \
     : AHB_HZ <= 185000000u ? 2u | FLASH_ACR_WRHIGHFREQ(1u)                                                           \
                            : 2u | FLASH_ACR_WRHIGHFREQ(2u))

/* 2.3.2 memory map, 8.7.43 to 8.7.48 enables */
#define GPIO_BASE(port) (0x58020000u + 0x400u * (uint32_t)((port) - 'A'))
#define RCC_GPIO_ENR REGISTER(0x580244E0u)
#define RCC_GPIO_BIT(port) BIT((port) - 'A')
#define RCC_APB1LENR REGISTER(0x580244E8u)
#define RCC_APB2ENR REGISTER(0x580244F0u)
#define RCC_TIM2_ENR RCC_APB1LENR

#define USART1_BASE 0x40011000u
#define USART1_ENR RCC_APB2ENR
#define USART1_ENR_BIT BIT(4)
#define USART1_BUS apb2
#define USART1_IRQ 37
#define USART2_BASE 0x40004400u
#define USART2_ENR RCC_APB1LENR
#define USART2_ENR_BIT BIT(17)
#define USART2_BUS apb1
#define USART2_IRQ 38
#define USART3_BASE 0x40004800u
#define USART3_ENR RCC_APB1LENR
#define USART3_ENR_BIT BIT(18)
#define USART3_BUS apb1
#define USART3_IRQ 39
#define IRQ_COUNT 150

#endif
