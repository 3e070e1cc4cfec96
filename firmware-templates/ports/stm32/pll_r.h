/* The PLL of STM32G0, G4 and L4: core = source / M × N / R. Registers of RCC, FLASH and PWR. */
#ifndef KILN_STM32_PLL_R_H
#define KILN_STM32_PLL_R_H

#include "buses.h"

#define RCC_CR REGISTER(0x40021000u)
#define RCC_CR_HSION BIT(8)
#define RCC_CR_HSIRDY BIT(10)
#define RCC_CFGR REGISTER(0x40021008u)
#define RCC_PLLCFGR REGISTER(0x4002100Cu)
#define RCC_PLLCFGR_SOURCE_HSI 2u
#define RCC_PLLCFGR_SOURCE_HSE 3u
#define RCC_PLLCFGR_M(m) (((m) - 1u) << 4)
#define RCC_PLLCFGR_N(n) ((n) << 8)

#define FLASH_ACR REGISTER(0x40022000u)
#define FLASH_ACR_PRFTEN BIT(8)
#define FLASH_ACR_ICEN BIT(9)
#define FLASH_ACR_DCEN BIT(10)

#define PWR_CR1 REGISTER(0x40007000u)
#define PWR_CR1_VOS(range) ((range) << 9)
#define PWR_SR2 REGISTER(0x40007014u)
#define PWR_SR2_VOSF BIT(10)
#define PWR_CR5 REGISTER(0x40007080u)
#define PWR_CR5_R1MODE BIT(8) /* 0 boosts range 1 */
#define RCC_PWR_ENR_BIT BIT(28)

#define INTERNAL_HZ 16000000u

#endif
