/* The clock tree of the STM32H7: core = source / M × N / P of PLL1; the buses behind it. RM0433 6.8 and 8.7. */
#ifndef KILN_STM32H7_PLL_H
#define KILN_STM32H7_PLL_H

#define RCC_CR REGISTER(0x58024400u)
#define RCC_CR_HSION BIT(0)
#define RCC_CR_HSIRDY BIT(2)
#define RCC_CR_RESETON RCC_CR_HSION
#define RCC_CR_RESETRDY RCC_CR_HSIRDY
#define RCC_CFGR REGISTER(0x58024410u)
#define RCC_CFGR_SW_MASK 7u
#define RCC_CFGR_SW_RESET 0u
#define RCC_CFGR_SW_PLL 3u
#define RCC_CFGR_SWS(sw) ((sw) << 3) /* the source in force, in the coding of SW */
#define RCC_D1CFGR REGISTER(0x58024418u)
#define RCC_D1CFGR_MASK 0x00000F7Fu
#define RCC_D1CFGR_HPRE_DIV_2 8u
#define RCC_D1CFGR_D1PPRE(prescaler) ((prescaler) << 4)
#define RCC_D2CFGR REGISTER(0x5802441Cu)
#define RCC_D2CFGR_D2PPRE1(prescaler) ((prescaler) << 4)
#define RCC_D2CFGR_D2PPRE2(prescaler) ((prescaler) << 8)
#define RCC_D3CFGR REGISTER(0x58024420u)
#define RCC_D3CFGR_D3PPRE(prescaler) ((prescaler) << 4)
#define RCC_PLLCKSELR REGISTER(0x58024428u)
#define RCC_PLLCKSELR_SOURCE_HSI 0u
#define RCC_PLLCKSELR_SOURCE_HSE 2u
#define RCC_PLLCKSELR_M1(m) ((m) << 4)
#define RCC_PLLCKSELR_MASK 0x000003F3u
#define RCC_PLLCFGR REGISTER(0x5802442Cu)
#define RCC_PLLCFGR_PLL1_MASK 0x0007000Fu
#define RCC_PLLCFGR_PLL1RGE_4_TO_8_MHZ (2u << 2)
#define RCC_PLLCFGR_DIVP1EN BIT(16)
#define RCC_PLL1DIVR REGISTER(0x58024430u)
#define RCC_PLL1DIVR_N(n) ((n) - 1u)
#define RCC_PLL1DIVR_P(p) (((p) - 1u) << 9)
#define RCC_PLL1DIVR_Q(q) (((q) - 1u) << 16)
#define RCC_PLL1DIVR_R(r) (((r) - 1u) << 24)

#define PWR_CSR1 REGISTER(0x58024804u)
#define PWR_CSR1_ACTVOSRDY BIT(13)
#define PWR_CR3 REGISTER(0x5802480Cu)
#define PWR_CR3_BYPASS BIT(0)
#define PWR_CR3_LDOEN BIT(1)
#define PWR_CR3_SCUEN BIT(2)
#define PWR_D3CR REGISTER(0x58024818u)
#define PWR_D3CR_VOSRDY BIT(13)
#define PWR_D3CR_VOS_SCALE_1 (3u << 14)

#endif
