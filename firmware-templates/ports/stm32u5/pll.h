/* The clock tree of the STM32U5: core = source / M × N / R of PLL1. RM0456 10.10 and 11.8. */
#ifndef KILN_STM32U5_PLL_H
#define KILN_STM32U5_PLL_H

#define RCC_CR REGISTER(0x46020C00u)
#define RCC_CR_HSION BIT(8)
#define RCC_CR_HSIRDY BIT(10)
#define RCC_CR_RESETON BIT(0) /* MSIS */
#define RCC_CR_RESETRDY BIT(2)
#define RCC_CFGR REGISTER(0x46020C1Cu) /* RCC_CFGR1 */
#define RCC_CFGR_SW_MASK 3u
#define RCC_CFGR_SW_RESET 0u /* MSIS */
#define RCC_CFGR_SW_PLL 3u
#define RCC_CFGR_SWS(sw) ((sw) << 2) /* the source in force, in the coding of SW */
#define RCC_CFGR2 REGISTER(0x46020C20u)
#define RCC_CFGR2_MASK 0x0000077Fu
#define RCC_CFGR2_PPRE1(prescaler) ((prescaler) << 4)
#define RCC_CFGR2_PPRE2(prescaler) ((prescaler) << 8)
#define RCC_PLL1CFGR REGISTER(0x46020C28u)
#define RCC_PLL1CFGR_SOURCE_HSI 2u
#define RCC_PLL1CFGR_SOURCE_HSE 3u
#define RCC_PLL1CFGR_M(m) (((m) - 1u) << 8)
#define RCC_PLL1CFGR_MBOOST(code) ((code) << 12)
#define RCC_PLL1CFGR_REN BIT(18)
#define RCC_PLL1DIVR REGISTER(0x46020C34u)
#define RCC_PLL1DIVR_N(n) ((n) - 1u)
#define RCC_PLL1DIVR_P(p) (((p) - 1u) << 9)
#define RCC_PLL1DIVR_Q(q) (((q) - 1u) << 16)
#define RCC_PLL1DIVR_R(r) (((r) - 1u) << 24)
#define RCC_AHB3ENR REGISTER(0x46020C94u)
#define RCC_AHB3ENR_PWR BIT(2)

#define PWR_VOSR REGISTER(0x4602080Cu)
#define PWR_VOSR_BOOSTRDY BIT(14)
#define PWR_VOSR_VOSRDY BIT(15)
#define PWR_VOSR_RANGE_1 (3u << 16)
#define PWR_VOSR_BOOSTEN BIT(18)

#define ICACHE_CR REGISTER(0x40030400u)
#define ICACHE_CR_EN BIT(0)

#endif
