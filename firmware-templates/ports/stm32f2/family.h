/* STM32F2: registers from ST's reference manual RM0033. */
#ifndef KILN_STM32F2_FAMILY_H
#define KILN_STM32F2_FAMILY_H

#include "board.h"
#include "core.h"
#include "family_f247.h"
#include "gpio_v2.h"
#include "timer_tim2.h"
#include "uart_v1.h"

/* 5.2 clock; 4.4.1: it knows no scaling of the voltage */
#define CORE_LIMIT_HZ 120000000u
#define APB1_LIMIT_HZ 30000000u
#define APB2_LIMIT_HZ 60000000u
#define PWR_CR_VOS_MASK 0u
#define PWR_CR_VOS_SCALE 0u
#define OVERDRIVE_ABOVE_HZ CORE_LIMIT_HZ

/* 3.4.1 (table 3): one wait state for each 30 MHz begun beyond the first, at 2.7 to 3.6 V */
#define FLASH_ACR_LATENCY_MASK 7u
#define FLASH_ACR_ICEN BIT(9)
#define FLASH_ACR_DCEN BIT(10)
#define FLASH_ACR_FAST (FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN | (BOARD_CORE_HZ - 1u) / 30000000u)

#define IRQ_COUNT 81

#endif
