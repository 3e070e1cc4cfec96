/* Samples packed without loss: what a prediction from those before has left of each, in Rice's code (1979). About half as
 * long as they are. docs/protocol.md has every bit. */
#ifndef KILN_PACKED_H
#define KILN_PACKED_H

#include <stddef.h>
#include <stdint.h>

#define PACKED_HEAD 3u

struct packed {
    const uint8_t *bytes;
    uint32_t bits;      /* left to be read */
    uint16_t samples;   /* left to be read */
    uint16_t before[2]; /* the last sample, and the one before it */
    uint8_t order;
    uint8_t low_bits;
    uint8_t bit;        /* of *bytes, that was read last: from 128 down */
};

/* Of a request's payload; `n` is at least PACKED_HEAD. Returns 0, or -1 where it is none. */
int packed_start(struct packed *packed, const uint8_t *payload, size_t n);

/* The next sample, as two bytes. Where bits are lacking, they are zeros. */
uint16_t packed_next(struct packed *packed);

#endif
