/* STM32F7: registers from ST's reference manual RM0410 (STM32F76x, F77x). */
#ifndef KILN_STM32F7_FAMILY_H
#define KILN_STM32F7_FAMILY_H

#include "board.h"
#include "core.h"
#include "cache.h"
#include "family_f247.h"
#include "gpio_v2.h"
#include "timer_tim2.h"
#include "uart_v2.h"

#define CORE_HAS_CACHES

/* 5.2 clock, 4.1.4 power */
#define CORE_LIMIT_HZ 216000000u
#define OVERDRIVE_ABOVE_HZ 180000000u
#define APB1_LIMIT_HZ 54000000u
#define APB2_LIMIT_HZ 108000000u
#define PWR_CR_VOS_MASK 3u
#define PWR_CR_VOS_SCALE 3u

/* 3.3.2 (table 7): one wait state for each 30 MHz begun beyond the first, at 2.7 to 3.6 V */
#define FLASH_ACR_LATENCY_MASK 15u
#define FLASH_ACR_ARTEN BIT(9)
#define FLASH_ACR_FAST (FLASH_ACR_PRFTEN | FLASH_ACR_ARTEN | (BOARD_CORE_HZ - 1u) / 30000000u)

#define IRQ_COUNT 110

#endif
