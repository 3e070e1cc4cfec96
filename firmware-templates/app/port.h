/* The hardware boundary: all that the application asks of a board. One folder under ports/ implements it for a family. */
#ifndef KILN_PORT_H
#define KILN_PORT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Clock, timer and console, in that order; called once, before anything else here. It always returns: a clock that
 * does not start is given up in favour of a slower one. */
void port_init(void);

/* Frequency of the core in Hz: the one in force, not the one wished for. */
uint32_t port_core_hz(void);

/* Frequency of port_ticks() in Hz, at least 1 MHz. */
uint32_t port_tick_hz(void);

/* Time since port_init() in ticks; never decreases. The port may extend a 32-bit counter, so call this, or
 * port_sleep(), at least once in 2^32 ticks. */
uint64_t port_ticks(void);

/* The oldest character received and not yet read, 0 to 255, or -1. The port owns a buffer of at least
 * KILN_PORT_BUFFER characters (256 for a port of ours, 63 for an Arduino core's); what does not fit is dropped. */
int port_getchar(void);

/* Sends one character; waits while the transmitter is full, but never for ever. */
void port_putchar(char c);

/* Sleeps until a character has been received. May return early; returns at once when one is waiting. */
void port_sleep(void);

/* Changes the console's speed once all that was sent has left; 0 is the one that port_init() set. Returns whether it
 * did; where it cannot, the speed stays. Optional: a port without it keeps its speed. */
int port_set_baud(uint32_t baud);

/* Saves `size` bytes where they outlive a reset, better a loss of power, in the place of those before; and reads them back,
 * whatever they are: their user checks them. Return whether they could. Optional: without them it is RAM. */
int port_save(const void *bytes, uint32_t size);
int port_load(void *bytes, uint32_t size);

/* Restarts the chip in a boot loader of its own, once all that was sent has left; returns where it has none. Optional. */
void port_bootloader(void);

#ifdef __cplusplus
}
#endif

#endif
