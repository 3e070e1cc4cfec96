/* Firmware of its own: nothing runs beside it. */
#include "firmware.h"

int main(void)
{
    firmware_start();
    for (;;) {
        firmware_step();
    }
}
