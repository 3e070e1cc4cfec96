/* Registers of the Arm core, from the Architecture Reference Manuals of ARMv7-M (DDI 0403, whose sections are named),
 * ARMv6-M (DDI 0419) and ARMv8-M (DDI 0553), which agree on these. */
#ifndef KILN_STM32_CORE_H
#define KILN_STM32_CORE_H

#include <stdint.h>

#ifndef REGISTER /* a test puts simulated registers in their place */
#define REGISTER(address) (*(volatile uint32_t *)(address))
#endif
#define BIT(n) (1u << (n))

/* B3.2 system control block */
#define SCB_VTOR REGISTER(0xE000ED08u)
#define SCB_CPACR REGISTER(0xE000ED88u)
#define SCB_CPACR_FPU_FULL (15u << 20)

/* B3.3 system timer: 24 bits */
#define SYSTICK_CSR REGISTER(0xE000E010u)
#define SYSTICK_CSR_ENABLE BIT(0)
#define SYSTICK_CSR_TICKINT BIT(1)
#define SYSTICK_CSR_CORE_CLOCK BIT(2)
#define SYSTICK_RVR REGISTER(0xE000E014u)
#define SYSTICK_CVR REGISTER(0xE000E018u)
#define SYSTICK_MASK 0xFFFFFFu

/* B3.4 interrupt controller */
#define NVIC_ISER(irq) REGISTER(0xE000E100u + 4u * ((irq) / 32u))

#endif
