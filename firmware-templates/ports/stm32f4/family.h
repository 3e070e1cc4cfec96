/* STM32F4: registers from ST's reference manuals RM0090 (STM32F405, F407, F42x, F43x), RM0368 (F401), RM0383 (F411) and
 * RM0390 (F446). */
#ifndef KILN_STM32F4_FAMILY_H
#define KILN_STM32F4_FAMILY_H

#include "board.h"
#include "core.h"
#include "family_f247.h"
#include "gpio_v2.h"
#include "timer_tim2.h"
#include "uart_v1.h"

/* RM0090 7.2 clock: the buses' limits are those of the STM32F405 up to its 168 MHz, which the others stand too */
#define CORE_LIMIT_HZ 180000000u
#define OVERDRIVE_ABOVE_HZ 168000000u
#define APB1_LIMIT_HZ (BOARD_CORE_HZ > OVERDRIVE_ABOVE_HZ ? 45000000u : 42000000u)
#define APB2_LIMIT_HZ (2u * APB1_LIMIT_HZ)

/* RM0090 5.4.1, RM0368 5.4.1: scale 1 as far as the chip has it; 84 MHz are the most that the STM32F401 does, with
 * scale 2 */
#define PWR_CR_VOS_MASK 3u
#define PWR_CR_VOS_SCALE (BOARD_CORE_HZ > 84000000u ? 3u : 2u)

/* RM0090 3.5.1 (table 10): one wait state for each 30 MHz begun beyond the first, at 2.7 to 3.6 V */
#define FLASH_ACR_LATENCY_MASK 7u
#define FLASH_ACR_ICEN BIT(9)
#define FLASH_ACR_DCEN BIT(10)
#define FLASH_ACR_FAST (FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN | (BOARD_CORE_HZ - 1u) / 30000000u)

#define IRQ_COUNT 97

#endif
