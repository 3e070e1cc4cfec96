/* Into the boot loader that the chip has in ROM, by way of a reset: so it finds clocks, UARTs and interrupts as it needs
 * them. The request stays in RAM meanwhile. */
#include "bootloader.h"

#include <stdint.h>

#include "board.h"
#include "family.h"
#include "port.h"

#ifdef BOARD_SYSTEM_MEMORY

/* ARMv7-M B3.2.6 */
#define SCB_AIRCR REGISTER(0xE000ED0Cu)
#define SCB_AIRCR_RESET ((0x05FAu << 16) | BIT(2))
/* B3.2.3: writes a line of the data cache back */
#define SCB_DCCMVAC REGISTER(0xE000EF68u)

#define REQUEST 0x4B494C4Eu
#define LAST_CHARACTER_DIVISOR 200u /* 5 ms: two characters at 4800 baud */

/* In .bss, which a reset leaves and reset_handler() clears. What RAM holds by chance has not its complement beside it. */
static volatile uint32_t request[2] __attribute__((aligned(8)));

void port_bootloader(void)
{
    for (uint64_t start = port_ticks(); port_ticks() - start < port_tick_hz() / LAST_CHARACTER_DIVISOR;) {
    }
    request[0] = REQUEST;
    request[1] = ~REQUEST;
#ifdef CORE_HAS_CACHES
    __asm volatile("dsb" ::: "memory");
    SCB_DCCMVAC = (uint32_t)(uintptr_t)request;
#endif
    __asm volatile("dsb" ::: "memory");
    SCB_AIRCR = SCB_AIRCR_RESET;
    for (;;) {
    }
}

void bootloader_enter_if_asked(void)
{
    if (request[0] != REQUEST || request[1] != ~REQUEST) {
        return;
    }
    request[0] = 0;
    const uint32_t *vectors = (const uint32_t *)BOARD_SYSTEM_MEMORY;
    SCB_VTOR = BOARD_SYSTEM_MEMORY;
    __asm volatile("msr msp, %0\n\tbx %1" ::"r"(vectors[0]), "r"(vectors[1]));
    __builtin_unreachable();
}

#else

void bootloader_enter_if_asked(void)
{
}

#endif
