/* The port over an Arduino core: its serial object and its microseconds. */
#include "port.h"

#include <Arduino.h>

#include "kiln_board.h"

#define MICROSECONDS_PER_SECOND 1000000u

void port_init(void)
{
    KILN_SERIAL.begin(KILN_BAUD);
}

uint32_t port_core_hz(void)
{
    return KILN_CORE_HZ;
}

uint32_t port_tick_hz(void)
{
    return MICROSECONDS_PER_SECOND;
}

/* micros() starts anew after 71 minutes. */
uint64_t port_ticks(void)
{
    static uint32_t last;
    static uint32_t turns;
    const uint32_t now = (uint32_t)micros();
    turns += now < last;
    last = now;
    return (uint64_t)turns << 32 | now;
}

int port_getchar(void)
{
    return KILN_SERIAL.read();
}

void port_putchar(char c)
{
    KILN_SERIAL.write((uint8_t)c);
}

/* The core has no sleep that its serial port ends on every chip; what it counts on is that loop() returns. */
void port_sleep(void)
{
    (void)port_ticks();
}
