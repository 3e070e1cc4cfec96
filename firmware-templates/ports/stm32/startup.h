/* What the vector table points to. */
#ifndef KILN_STM32_STARTUP_H
#define KILN_STM32_STARTUP_H

void reset_handler(void) __attribute__((noreturn));
void default_handler(void) __attribute__((noreturn));
void systick_handler(void);
void console_handler(void);
/* Weak: stops where nothing listens to a microphone. */
void microphone_handler(void);

#endif
