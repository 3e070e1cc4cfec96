/* The registers that this port uses, from ST's reference manual RM0090 (STM32F405/407/415/417/42x/43x) and, for the
 * core, from Arm's ARMv7-M Architecture Reference Manual (DDI 0403). Section numbers are RM0090's. */
#ifndef KILN_STM32F4_REGISTERS_H
#define KILN_STM32F4_REGISTERS_H

#include <stdint.h>

#ifndef REGISTER /* a test puts simulated registers in their place */
#define REGISTER(address) (*(volatile uint32_t *)(address))
#endif
#define BIT(n) (1u << (n))

/* 2.3 memory map */
#define GPIO_BASE(port) (0x40020000u + 0x400u * (uint32_t)((port) - 'A'))
#define USART1_BASE 0x40011000u
#define TIM2_BASE 0x40000000u

/* 3.9.1 flash access control */
#define FLASH_ACR REGISTER(0x40023C00u)
#define FLASH_ACR_LATENCY_MASK 7u
#define FLASH_ACR_PRFTEN BIT(8)
#define FLASH_ACR_ICEN BIT(9)
#define FLASH_ACR_DCEN BIT(10)

/* 5.4.1 power control */
#define PWR_CR REGISTER(0x40007000u)
#define PWR_CR_VOS_SCALE_1 BIT(14)

/* 7.3 reset and clock control */
#define RCC_CR REGISTER(0x40023800u)
#define RCC_CR_HSEON BIT(16)
#define RCC_CR_HSERDY BIT(17)
#define RCC_CR_PLLON BIT(24)
#define RCC_CR_PLLRDY BIT(25)
#define RCC_PLLCFGR REGISTER(0x40023804u)
#define RCC_PLLCFGR_M(m) (m)
#define RCC_PLLCFGR_N(n) ((n) << 6)
#define RCC_PLLCFGR_P_2 0u
#define RCC_PLLCFGR_SOURCE_HSE BIT(22)
#define RCC_PLLCFGR_Q(q) ((q) << 24)
#define RCC_CFGR REGISTER(0x40023808u)
#define RCC_CFGR_SW_MASK 3u
#define RCC_CFGR_SW_PLL 2u
#define RCC_CFGR_SWS(sw) ((sw) << 2) /* the source in force, in the coding of SW */
#define RCC_CFGR_HPRE_MASK (15u << 4)
#define RCC_CFGR_PPRE1_MASK (7u << 10)
#define RCC_CFGR_PPRE1_DIV_4 (5u << 10)
#define RCC_CFGR_PPRE2_MASK (7u << 13)
#define RCC_CFGR_PPRE2_DIV_2 (4u << 13)
#define RCC_AHB1ENR REGISTER(0x40023830u)
#define RCC_AHB1ENR_GPIO(port) BIT((port) - 'A')
#define RCC_APB1ENR REGISTER(0x40023840u)
#define RCC_APB1ENR_TIM2 BIT(0)
#define RCC_APB1ENR_PWR BIT(28)
#define RCC_APB2ENR REGISTER(0x40023844u)
#define RCC_APB2ENR_USART1 BIT(4)

/* 8.4 general-purpose I/O */
#define GPIO_MODER(port) REGISTER(GPIO_BASE(port) + 0x00u)
#define GPIO_MODE_ALTERNATE 2u
#define GPIO_PUPDR(port) REGISTER(GPIO_BASE(port) + 0x0Cu)
#define GPIO_PULL_UP 1u
#define GPIO_AFR(port, pin) REGISTER(GPIO_BASE(port) + 0x20u + 4u * ((pin) / 8u))
#define GPIO_AF_USART1 7u

/* 18.4 general-purpose timers; TIM2 counts 32 bits */
#define TIM2_CR1 REGISTER(TIM2_BASE + 0x00u)
#define TIM_CR1_CEN BIT(0)
#define TIM2_EGR REGISTER(TIM2_BASE + 0x14u)
#define TIM_EGR_UG BIT(0)
#define TIM2_CNT REGISTER(TIM2_BASE + 0x24u)
#define TIM2_PSC REGISTER(TIM2_BASE + 0x28u)
#define TIM2_ARR REGISTER(TIM2_BASE + 0x2Cu)

/* 30.6 universal synchronous asynchronous receiver transmitter */
#define USART1_SR REGISTER(USART1_BASE + 0x00u)
#define USART_SR_RXNE BIT(5)
#define USART_SR_TC BIT(6)
#define USART_SR_TXE BIT(7)
#define USART1_DR REGISTER(USART1_BASE + 0x04u)
#define USART1_BRR REGISTER(USART1_BASE + 0x08u)
#define USART1_CR1 REGISTER(USART1_BASE + 0x0Cu)
#define USART_CR1_RE BIT(2)
#define USART_CR1_TE BIT(3)
#define USART_CR1_RXNEIE BIT(5)
#define USART_CR1_UE BIT(13)

/* 12.1.3, vector table of the STM32F405/407: IRQ 81 (FPU) is the last */
#define IRQ_USART1 37
#define IRQ_COUNT 82

/* ARMv7-M B3.2.8, B3.2.20, B3.3, B3.4 */
#define SCB_VTOR REGISTER(0xE000ED08u)
#define SCB_CPACR REGISTER(0xE000ED88u)
#define SCB_CPACR_FPU_FULL (15u << 20)
#define SYSTICK_CSR REGISTER(0xE000E010u)
#define SYSTICK_CSR_ENABLE BIT(0)
#define SYSTICK_CSR_TICKINT BIT(1)
#define SYSTICK_RVR REGISTER(0xE000E014u)
#define SYSTICK_CVR REGISTER(0xE000E018u)
#define NVIC_ISER(irq) REGISTER(0xE000E100u + 4u * ((irq) / 32u))

#endif
