/* The port and the microphone of a host process: pieces of samples from stdin, each behind its length, come between two turns of
 * the loop; a length of 0 is a character typed on the console, and the end of the input ends the program. */
#include <stdio.h>
#include <stdlib.h>

#include "microphone.h"
#include "port.h"
#include "sample_ring.h"

#define RATE 16000u

static struct sample_ring ring;
static uint64_t ticks; /* one for each sample */
static int typed;

void port_init(void)
{
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
}

uint32_t port_core_hz(void)
{
    return RATE;
}

uint32_t port_tick_hz(void)
{
    return RATE;
}

uint64_t port_ticks(void)
{
    return ticks;
}

int port_getchar(void)
{
    const int c = typed ? '%' : -1;
    typed = 0;
    return c;
}

void port_putchar(char c)
{
    putchar(c);
}

void port_sleep(void)
{
    int32_t count;
    int16_t sample;
    if (fread(&count, sizeof count, 1, stdin) != 1) {
        exit(0);
    }
    typed = count == 0;
    for (int32_t i = 0; i < count && fread(&sample, sizeof sample, 1, stdin) == 1; i++) {
        sample_ring_put(&ring, sample);
        ticks++;
    }
}

int microphone_start(uint32_t hz)
{
    return hz == RATE ? 0 : -1;
}

uint16_t microphone_read(int16_t *samples, uint16_t most)
{
    return sample_ring_take(&ring, samples, most);
}

uint32_t microphone_lost(void)
{
    return ring.lost;
}
