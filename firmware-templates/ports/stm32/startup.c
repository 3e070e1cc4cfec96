/* From reset to main(): vector table, FPU, caches, .data and .bss. */
#include "startup.h"

#include <stdint.h>
#include <stdlib.h>

#include "bootloader.h"
#include "console.h"

/* From the linker script. */
extern uint32_t stack_top[];
extern uint32_t data_start[], data_end[];
extern const uint32_t data_load[];
extern uint32_t bss_start[], bss_end[];
extern void (*const init_array_start[])(void);
extern void (*const init_array_end[])(void);

int main(void);

typedef void (*vector)(void);

struct vector_table {
    uint32_t *stack;
    vector exceptions[15];
    vector interrupts[IRQ_COUNT];
};

/* ARMv7-M B1.5.2; the processor reads it from the start of flash. */
__attribute__((section(".vectors"), used)) static const struct vector_table vectors = {
    .stack = stack_top,
    .exceptions =
        {
            reset_handler,   /* 1 reset */
            default_handler, /* 2 NMI */
            default_handler, /* 3 hard fault */
            default_handler, /* 4 memory management fault */
            default_handler, /* 5 bus fault */
            default_handler, /* 6 usage fault */
            0,
            0,
            0,
            0,
            default_handler, /* 11 SVCall */
            default_handler, /* 12 debug monitor */
            0,
            default_handler, /* 14 PendSV */
            systick_handler, /* 15 SysTick */
        },
    .interrupts =
        {
#ifdef MICROPHONE_IRQ /* below any console's */
            [0 ... MICROPHONE_IRQ - 1] = default_handler,
            [MICROPHONE_IRQ] = microphone_handler,
            [MICROPHONE_IRQ + 1 ... CONSOLE_IRQ - 1] = default_handler,
#else
            [0 ... CONSOLE_IRQ - 1] = default_handler,
#endif
            [CONSOLE_IRQ] = console_handler,
            [CONSOLE_IRQ + 1 ... IRQ_COUNT - 1] = default_handler,
        },
};

void reset_handler(void)
{
    bootloader_enter_if_asked();
#ifndef CORE_WITHOUT_VTOR
    SCB_VTOR = (uint32_t)&vectors; /* a boot loader may have left its own */
#endif
#ifdef __ARM_FP
    /* Before any instruction that uses it: main() and what it calls are compiled for the FPU. */
    SCB_CPACR |= SCB_CPACR_FPU_FULL;
#endif
    __asm volatile("dsb\n\tisb" ::: "memory");
#ifdef CORE_HAS_CACHES
    cache_start();
#endif

    const uint32_t *from = data_load;
    for (uint32_t *to = data_start; to != data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = bss_start; to != bss_end; to++) {
        *to = 0;
    }
    for (void (*const *constructor)(void) = init_array_start; constructor != init_array_end; constructor++) {
        (*constructor)();
    }
    main();
    default_handler();
}

#ifdef MICROPHONE_IRQ
__attribute__((weak)) void microphone_handler(void)
{
    default_handler();
}
#endif

/* newlib's own would link signals, and with them malloc. */
void abort(void)
{
    default_handler();
}

/* Faults, and interrupts that nobody enabled, stop here, where a debugger finds them. */
void default_handler(void)
{
    for (;;) {
        __asm volatile("wfi");
    }
}
