/* Firmware that listens to nothing. */
#include "stream.h"

const struct stream_facts stream_facts = {STREAM_NONE, 0, 0, 0, 0};

void stream_reset(void)
{
}

uint16_t stream_feed(const uint8_t *bytes, uint16_t n, uint8_t *results, uint16_t most)
{
    (void)bytes;
    (void)n;
    (void)results;
    (void)most;
    return 0;
}
