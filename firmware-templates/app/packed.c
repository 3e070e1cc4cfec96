/* Samples packed without loss: fixed prediction, then Rice's code. The other side is device/packed_samples.ts. */
#include "packed.h"

#include "frame.h"

#define LONGEST_RUN 15u /* of ones: then the rest stands as it is */
#define MOST_ORDER 2u
#define MOST_LOW_BITS 14u

int packed_start(struct packed *packed, const uint8_t *payload, size_t n)
{
    *packed = (struct packed){
        .bytes = payload + PACKED_HEAD - 1, /* the first bit takes a step */
        .bits = 8u * (uint32_t)(n - PACKED_HEAD),
        .samples = frame_get16(payload + 1),
        .order = payload[0] >> 4,
        .low_bits = payload[0] & 15u,
        .bit = 1,
    };
    return packed->order > MOST_ORDER || packed->low_bits > MOST_LOW_BITS ? -1 : 0;
}

static uint16_t next_bit(struct packed *packed)
{
    if (packed->bits == 0) {
        return 0;
    }
    packed->bits--;
    packed->bit >>= 1;
    if (packed->bit == 0) {
        packed->bit = 128;
        packed->bytes++;
    }
    return (*packed->bytes & packed->bit) != 0;
}

static uint16_t next_bits(struct packed *packed, uint32_t count)
{
    uint16_t value = 0;
    while (count-- > 0) {
        value = (uint16_t)(value << 1 | next_bit(packed));
    }
    return value;
}

static uint16_t next_code(struct packed *packed)
{
    uint16_t run = 0;
    while (run < LONGEST_RUN && next_bit(packed)) {
        run++;
    }
    if (run == LONGEST_RUN) {
        return next_bits(packed, 16);
    }
    return (uint16_t)(run << packed->low_bits | next_bits(packed, packed->low_bits));
}

uint16_t packed_next(struct packed *packed)
{
    uint16_t code = next_code(packed);
    uint16_t sample = (uint16_t)((code >> 1) ^ (0u - (code & 1u)));
    if (packed->order == 1) {
        sample = (uint16_t)(sample + packed->before[0]);
    } else if (packed->order == 2) {
        sample = (uint16_t)(sample + 2u * packed->before[0] - packed->before[1]);
    }
    packed->before[1] = packed->before[0];
    packed->before[0] = sample;
    packed->samples--;
    return sample;
}
