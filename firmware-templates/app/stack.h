/* How deep the stack has been: what lies below it is painted at the start, and what is still painted was never used. */
#ifndef KILN_STACK_H
#define KILN_STACK_H

#include <stdint.h>

/* Paints what is free; first thing in main(). */
void stack_paint(void);

/* Bytes that are reserved, between the linker script's stack_bottom and stack_top; 0 where it names none. */
uint32_t stack_size(void);

/* Bytes of them that were in use at any time since stack_paint(); 0 where that is unknown. */
uint32_t stack_used(void);

#endif
