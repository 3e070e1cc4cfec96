/* How deep the stack has been: what lies below it is painted at the start, and what is still painted was never used. */
#include "stack.h"

#define PAINT 0xa5a5a5a5u
#define MARGIN 64u /* bytes below this function's frame that are left alone */

/* From the linker script, where the port has one that names them. */
extern uint32_t stack_bottom[] __attribute__((weak));
extern uint32_t stack_top[] __attribute__((weak));

uint32_t stack_size(void)
{
    uintptr_t bottom = (uintptr_t)stack_bottom;
    uintptr_t top = (uintptr_t)stack_top;
    return bottom != 0 && bottom < top ? (uint32_t)(top - bottom) : 0;
}

void stack_paint(void)
{
    uint32_t here = (uint32_t)((uintptr_t)__builtin_frame_address(0) - (uintptr_t)stack_bottom);
    if (here < MARGIN || here > stack_size()) {
        return;
    }
    volatile uint32_t *word = stack_bottom;
    for (uint32_t i = 0; i < (here - MARGIN) / sizeof *word; i++) {
        word[i] = PAINT;
    }
}

uint32_t stack_used(void)
{
    uint32_t size = stack_size();
    const volatile uint32_t *word = stack_bottom;
    uint32_t unused = 0;
    while (unused < size / sizeof *word && word[unused] == PAINT) {
        unused++;
    }
    return size - unused * (uint32_t)sizeof *word;
}
