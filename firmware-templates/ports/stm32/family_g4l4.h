/* What STM32G4 and L4 have in common beside their PLL: clock source codes, enables, UARTs. */
#ifndef KILN_STM32_FAMILY_G4L4_H
#define KILN_STM32_FAMILY_G4L4_H

#include "pll_r.h"

/* Above it, the AHB stays at half of the new clock for 1 µs at least (RM0432 5.1.8, RM0440 6.1.5). */
#define AHB_STEP_ABOVE_HZ 80000000u

#define RCC_CFGR_SW_MASK 3u
#define RCC_CFGR_SW_PLL 3u
#define RCC_CFGR_SWS(sw) ((sw) << 2)
#define RCC_CFGR_HPRE(prescaler) ((prescaler) << 4)
#define RCC_CFGR_PPRE1(prescaler) ((prescaler) << 8)
#define RCC_CFGR_PPRE2(prescaler) ((prescaler) << 11)
#define RCC_PLLCFGR_REN BIT(24)
#define RCC_PLLCFGR_R_2 0u

#define GPIO_BASE(port) (0x48000000u + 0x400u * (uint32_t)((port) - 'A'))
#define RCC_GPIO_ENR REGISTER(0x4002104Cu)
#define RCC_GPIO_BIT(port) BIT((port) - 'A')
#define RCC_APB1ENR1 REGISTER(0x40021058u)
#define RCC_APB1ENR2 REGISTER(0x4002105Cu)
#define RCC_APB2ENR REGISTER(0x40021060u)
#define RCC_TIM2_ENR RCC_APB1ENR1
#define RCC_PWR_ENR RCC_APB1ENR1

#define USART1_BASE 0x40013800u
#define USART1_ENR RCC_APB2ENR
#define USART1_ENR_BIT BIT(14)
#define USART1_BUS apb2
#define USART1_IRQ 37
#define USART2_BASE 0x40004400u
#define USART2_ENR RCC_APB1ENR1
#define USART2_ENR_BIT BIT(17)
#define USART2_BUS apb1
#define USART2_IRQ 38
#define USART3_BASE 0x40004800u
#define USART3_ENR RCC_APB1ENR1
#define USART3_ENR_BIT BIT(18)
#define USART3_BUS apb1
#define USART3_IRQ 39
#define LPUART1_BASE 0x40008000u
#define LPUART1_ENR RCC_APB1ENR2
#define LPUART1_ENR_BIT BIT(0)
#define LPUART1_BUS apb1

#endif
