/* STM32G4: registers from ST's reference manual RM0440. */
#ifndef KILN_STM32G4_FAMILY_H
#define KILN_STM32G4_FAMILY_H

#include "board.h"
#include "core.h"
#include "family_g4l4.h"
#include "gpio_v2.h"
#include "timer_tim2.h"
#include "uart_v2.h"

/* 7.2 clock, 6.1.5 power: above 150 MHz range 1 has to be boosted */
#define CORE_LIMIT_HZ 170000000u
#define APB1_LIMIT_HZ 170000000u
#define APB2_LIMIT_HZ 170000000u
#define BOOST_ABOVE_HZ 150000000u
#define RESET_HZ INTERNAL_HZ
#define RCC_CR_RESETON RCC_CR_HSION
#define RCC_CR_RESETRDY RCC_CR_HSIRDY
#define RCC_CFGR_SW_RESET 1u /* HSI16 */

/* 3.3.3 (table 29): one wait state for each 34 MHz begun beyond the first in boosted range 1, 30 MHz in range 1 */
#define FLASH_ACR_LATENCY_MASK 15u
#define FLASH_ACR_STEP_HZ (BOARD_CORE_HZ > BOOST_ABOVE_HZ ? 34000000u : 30000000u)
#define FLASH_ACR_FAST                                                                                                \
    (FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN | (BOARD_CORE_HZ - 1u) / FLASH_ACR_STEP_HZ)

#define LPUART1_IRQ 91
#define IRQ_COUNT 102

#endif
