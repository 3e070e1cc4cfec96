/* What the firmware listens to: one of stream_audio.c, stream_sensors.c and stream_none.c, chosen when the project is made. */
#ifndef KILN_STREAM_H
#define KILN_STREAM_H

#include <stdint.h>

enum stream_kind { STREAM_NONE = 0, STREAM_AUDIO = 1, STREAM_SENSORS = 2 };

/* Its kind, samples at a time, bytes of a result, Hz, and the first 32 bits of the hash of the front end's spec. */
extern const struct stream_facts {
    uint8_t kind, channels;
    uint16_t result_size;
    uint32_t sample_rate, spec_hash;
} stream_facts;

/* Forgets what was heard, but not the model's state, which engine_init() clears. To be called before the first sample, too. */
void stream_reset(void);

/* Takes `n` bytes of little-endian int16 samples, interleaved, any n: what is left of a sample is waited for. Writes the
 * results that they complete to `results`, at most `most` of stream_facts.result_size bytes each, and returns how many;
 * those beyond are lost. */
uint16_t stream_feed(const uint8_t *bytes, uint16_t n, uint8_t *results, uint16_t most);

#endif
