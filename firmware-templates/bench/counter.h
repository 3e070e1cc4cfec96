/* Virtual time, which QEMU's -icount makes instructions: one instruction is COUNTER_NS_PER_INSTRUCTION ns. */
#ifndef KILN_COUNTER_H
#define KILN_COUNTER_H

#include <stdint.h>

#if defined(COUNTER_CMSDK_TIMER)

/* CMSDK APB timer (Arm DDI 0479, 4.2): CTRL, VALUE and RELOAD; counts down from 2^32 - 1. */
static inline void counter_start(void) {
  volatile uint32_t *const timer = (volatile uint32_t *)COUNTER_ADDRESS;
  timer[2] = 0xffffffffu;
  timer[1] = 0xffffffffu;
  timer[0] = 1;
}

/* Ticks between two readings that are less than 2^32 ticks apart. */
static inline uint32_t counter_read(void) { return ~((volatile uint32_t *)COUNTER_ADDRESS)[1]; }
static inline uint32_t counter_since(uint32_t start) { return counter_read() - start; }

#elif defined(COUNTER_SYSTICK)

/* SysTick (ARMv7-M B3.3): CSR, RVR and CVR; 24 bits, counts down. */
static inline void counter_start(void) {
  volatile uint32_t *const systick = (volatile uint32_t *)COUNTER_ADDRESS;
  systick[1] = 0xffffffu;
  systick[2] = 0;
  systick[0] = 5;
}

/* Ticks between two readings that are less than 2^24 ticks apart. */
static inline uint32_t counter_read(void) { return 0xffffffu - ((volatile uint32_t *)COUNTER_ADDRESS)[2]; }
static inline uint32_t counter_since(uint32_t start) { return (counter_read() - start) & 0xffffffu; }

#endif

#endif
