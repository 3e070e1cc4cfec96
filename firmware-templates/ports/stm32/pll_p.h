/* The PLL of STM32F2, F4 and F7: core = source / M × N / P. Registers RCC_PLLCFGR, RCC_CFGR and, with power to give, PWR. */
#ifndef KILN_STM32_PLL_P_H
#define KILN_STM32_PLL_P_H

#include "buses.h"

#define RCC_CR REGISTER(0x40023800u)
#define RCC_CR_HSION BIT(0)
#define RCC_CR_HSIRDY BIT(1)
#define RCC_CR_RESETON RCC_CR_HSION
#define RCC_CR_RESETRDY RCC_CR_HSIRDY
#define RCC_PLLCFGR REGISTER(0x40023804u)
#define RCC_PLLCFGR_MASK 0x0F437FFFu /* its other bits keep what reset gave them */
#define RCC_PLLCFGR_M(m) (m)
#define RCC_PLLCFGR_N(n) ((n) << 6)
#define RCC_PLLCFGR_P(p) (((p) / 2u - 1u) << 16)
#define RCC_PLLCFGR_SOURCE_HSE BIT(22)
#define RCC_PLLCFGR_Q(q) ((q) << 24)
#define RCC_CFGR REGISTER(0x40023808u)
#define RCC_CFGR_SW_MASK 3u
#define RCC_CFGR_SW_RESET 0u
#define RCC_CFGR_SW_PLL 2u
#define RCC_CFGR_SWS(sw) ((sw) << 2) /* the source in force, in the coding of SW */
#define RCC_CFGR_HPRE(prescaler) ((prescaler) << 4)
#define RCC_CFGR_PPRE1(prescaler) ((prescaler) << 10)
#define RCC_CFGR_PPRE2(prescaler) ((prescaler) << 13)
#define RCC_AHB1ENR REGISTER(0x40023830u)
#define RCC_APB1ENR REGISTER(0x40023840u)
#define RCC_APB1ENR_PWR BIT(28)
#define RCC_APB2ENR REGISTER(0x40023844u)

#define AHB_STEP_ABOVE_HZ CORE_LIMIT_HZ

#define FLASH_ACR REGISTER(0x40023C00u)
#define FLASH_ACR_PRFTEN BIT(8)

#define PWR_CR REGISTER(0x40007000u) /* PWR_CR1 on the STM32F7 */
#define PWR_CR_VOS(scale) ((scale) << 14)
#define PWR_CR_ODEN BIT(16)
#define PWR_CR_ODSWEN BIT(17)
#define PWR_CSR REGISTER(0x40007004u)
#define PWR_CSR_ODRDY BIT(16)
#define PWR_CSR_ODSWRDY BIT(17)

#endif
