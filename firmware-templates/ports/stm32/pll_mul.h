/* The PLL of STM32F0, F1 and F3: one multiplier. Registers RCC_CFGR and its fields. */
#ifndef KILN_STM32_PLL_MUL_H
#define KILN_STM32_PLL_MUL_H

#include "buses.h"

#define RCC_CR REGISTER(0x40021000u)
#define RCC_CR_HSION BIT(0)
#define RCC_CR_HSIRDY BIT(1)
#define RCC_CR_RESETON RCC_CR_HSION
#define RCC_CR_RESETRDY RCC_CR_HSIRDY
#define RCC_CFGR REGISTER(0x40021004u)
#define RCC_CFGR_SW_MASK 3u
#define RCC_CFGR_SW_RESET 0u
#define RCC_CFGR_SW_PLL 2u
#define RCC_CFGR_SWS(sw) ((sw) << 2) /* the source in force, in the coding of SW */
#define RCC_CFGR_PLLSRC_HSE BIT(16)
#define RCC_CFGR_PLLXTPRE BIT(17) /* halves the external source before the PLL */
#define RCC_CFGR_PLLMUL(factor) (((factor) - 2u) << 18)

#define RCC_CFGR_HPRE(prescaler) ((prescaler) << 4)
#define RCC_CFGR_PPRE1(prescaler) ((prescaler) << 8)
#define RCC_APB2ENR REGISTER(0x40021018u)
#define RCC_APB1ENR REGISTER(0x4002101Cu)

/* The reset values of HSION and SW keep the internal oscillator on; the PLL takes half of it. */
#define INTERNAL_HZ 8000000u
#define RESET_HZ INTERNAL_HZ
#define AHB_STEP_ABOVE_HZ CORE_LIMIT_HZ

#define FLASH_ACR REGISTER(0x40022000u)
#define FLASH_ACR_LATENCY_MASK 7u
#define FLASH_ACR_PRFTBE BIT(4)

/* Everything here runs at most at 72 MHz: no wait state up to 24 MHz, then one for each 24 MHz more. */
#define WAIT_STATES ((BOARD_CORE_HZ - 1u) / 24000000u)

#endif
