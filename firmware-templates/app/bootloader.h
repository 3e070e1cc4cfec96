/* `kiln bootloader`: the chip restarts in the boot loader that it has, so that it can be flashed without a hand at it. */
#ifndef KILN_BOOTLOADER_H
#define KILN_BOOTLOADER_H

/* Says so and goes; returns only where the port has no such boot loader, which it then says too. */
void bootloader_command(void);

#endif
