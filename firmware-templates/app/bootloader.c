/* `kiln bootloader`: the chip restarts in the boot loader that it has, so that it can be flashed without a hand at it. */
#include "bootloader.h"

#include "port.h"
#include "text.h"

void bootloader_command(void)
{
    text_string("m-kiln-bootloader");
    text_end();
    port_bootloader();
    text_string("e-[No boot loader is known here]");
    text_end();
}

/* Of ports that have none. */
__attribute__((weak)) void port_bootloader(void)
{
}
