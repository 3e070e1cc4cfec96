/* STM32L4 and L4+: registers from ST's reference manuals RM0351 (STM32L47x to L4Ax) and RM0432 (STM32L4R, L4S). */
#ifndef KILN_STM32L4_FAMILY_H
#define KILN_STM32L4_FAMILY_H

#include "board.h"
#include "core.h"
#include "family_g4l4.h"
#include "gpio_v2.h"
#include "timer_tim2.h"
#include "uart_v2.h"

/* RM0351 6.2, RM0432 6.2 clock; RM0432 5.1.8: above 80 MHz, which the STM32L4+ alone can, range 1 has to be boosted */
#define CORE_LIMIT_HZ 120000000u
#define APB1_LIMIT_HZ 120000000u
#define APB2_LIMIT_HZ 120000000u
#define BOOST_ABOVE_HZ 80000000u
#define RESET_HZ 4000000u
#define RCC_CR_RESETON BIT(0) /* MSI */
#define RCC_CR_RESETRDY BIT(1)
#define RCC_CFGR_SW_RESET 0u /* MSI */

/* RM0351 3.3.3 (table 12): one wait state for each 16 MHz begun beyond the first; RM0432 3.3.3 (table 15): 20 MHz */
#define FLASH_ACR_LATENCY_MASK (BOARD_CORE_HZ > BOOST_ABOVE_HZ ? 15u : 7u)
#define FLASH_ACR_STEP_HZ (BOARD_CORE_HZ > BOOST_ABOVE_HZ ? 20000000u : 16000000u)
#define FLASH_ACR_FAST                                                                                                \
    (FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN | (BOARD_CORE_HZ - 1u) / FLASH_ACR_STEP_HZ)

/* RM0351 8.3: port G has a supply of its own, which has to be declared valid (RM0351 5.4.2) */
#define GPIO_NEEDS_SUPPLY(port) ((port) == 'G')
#define PWR_CR2 REGISTER(0x40007004u)
#define PWR_CR2_IOSV BIT(9)

static inline void gpio_supply(void)
{
    RCC_PWR_ENR |= RCC_PWR_ENR_BIT;
    (void)RCC_PWR_ENR;
    PWR_CR2 |= PWR_CR2_IOSV;
}

/* DMA1_Channel4_IRQn of ST's CMSIS headers: the channel of DFSDM1's filter 0 */
#define MICROPHONE_IRQ 14
#define LPUART1_IRQ 70
#define IRQ_COUNT 95

#endif
