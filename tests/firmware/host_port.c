/* The port of a host process: the console is stdin and stdout, each tick 1 µs, and the end of the input ends the program. */
#include <stdio.h>
#include <stdlib.h>

#include "port.h"

void port_init(void)
{
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
}

uint32_t port_core_hz(void)
{
    return 1000000;
}

uint32_t port_tick_hz(void)
{
    return 1000000;
}

/* Each reading is one tick later than the one before, from just below 32 bits on. */
uint64_t port_ticks(void)
{
    static uint64_t ticks = 0xfffffff0;
    return ticks++;
}

int port_getchar(void)
{
    int c = getchar();
    if (c == EOF) {
        exit(0);
    }
    return c;
}

void port_putchar(char c)
{
    putchar(c);
}

void port_sleep(void)
{
}
