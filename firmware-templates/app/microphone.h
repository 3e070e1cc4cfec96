/* The board's own microphone, where the project listens to it: ports/<folder>/microphone_<driver> implements it. */
#ifndef KILN_MICROPHONE_H
#define KILN_MICROPHONE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Starts it at `hz` samples a second, one channel; called once. Returns 0, or -1 where it cannot. */
int microphone_start(uint32_t hz);

/* The oldest samples that were heard and not yet read, at most `most`; returns how many. The port keeps SAMPLE_RING_SIZE of
 * them. */
uint16_t microphone_read(int16_t *samples, uint16_t most);

/* Samples since the start that found no room, because nobody read in time; modulo 2^32. */
uint32_t microphone_lost(void);

#ifdef __cplusplus
}
#endif

#endif
