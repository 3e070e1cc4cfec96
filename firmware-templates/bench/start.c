/* From reset to main() on any Cortex-M that QEMU runs: stack, FPU and Helium, .data and .bss. */
#include <stdint.h>

#include "semihosting.h"

/* From the linker script. */
extern uint32_t stack_top[];
extern uint32_t data_start[], data_end[];
extern const uint32_t data_load[];
extern uint32_t bss_start[], bss_end[];

int main(void);
void reset_handler(void);

typedef void (*vector)(void);

static void fault(void) { semihosting_exit(70); }

/* ARMv7-M B1.5.2: the initial stack, then reset and the fourteen exceptions after it. */
__attribute__((section(".vectors"), used)) static const struct {
  uint32_t *stack;
  vector exceptions[15];
} vectors = {stack_top,
             {reset_handler, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault,
              fault}};

void reset_handler(void) {
#if __ARM_ARCH >= 7 && defined(__ARM_FP)
  /* CPACR, ARMv7-M B3.2.20: full access to coprocessors 10 and 11, the FPU and Helium. */
  *(volatile uint32_t *)0xe000ed88u |= 0xfu << 20;
  __asm volatile("dsb\n\tisb" ::: "memory");
#endif
  const uint32_t *from = data_load;
  for (uint32_t *to = data_start; to != data_end; to++) *to = *from++;
  for (uint32_t *to = bss_start; to != bss_end; to++) *to = 0;
  semihosting_exit(main());
}
