/* The boot loader that the chip has in ROM. */
#ifndef KILN_STM32_BOOTLOADER_H
#define KILN_STM32_BOOTLOADER_H

/* Goes there where port_bootloader() asked for it before the reset; called first of all after one, before .bss is
 * cleared, with nothing of the chip set up. */
void bootloader_enter_if_asked(void);

#endif
