/* The microphone's samples into the stream, and a line of text for each detection. */
#include "ear.h"

#include <stdint.h>

#include "engine.h"
#include "frame.h"
#include "kiln_config.h"
#include "microphone.h"
#include "port.h"
#include "stream.h"
#include "text.h"

#define CHUNK 64u /* samples that are taken at a time */
#define SILENCE_SECONDS 10u
#define NO_KEYWORD 0xffu

static uint8_t deaf;
static uint8_t paused;
static uint64_t resume; /* in ticks */
static uint32_t lost;   /* samples, as it was said last */

/* m-kiln-NAME-[n,n,...] */
static void say(const char *name, const uint32_t *numbers, int count)
{
    text_string("m-kiln-");
    text_string(name);
    for (int i = 0; i < count; i++) {
        text_string(i == 0 ? "-[" : ",");
        text_decimal(numbers[i]);
    }
    text_string("]");
    text_end();
}

void ear_start(void)
{
    deaf = microphone_start(stream_facts.sample_rate) != 0;
    if (deaf) {
        say("deaf", &stream_facts.sample_rate, 1);
    }
}

void ear_pause(void)
{
    paused = 1;
    resume = port_ticks() + (uint64_t)SILENCE_SECONDS * port_tick_hz();
}

/* What was heard before is no more: others used stream and model. Returns whether they are free. */
static int resumed(void)
{
    if (!paused) {
        return 1;
    }
    if (port_ticks() < resume) {
        return 0;
    }
    paused = 0;
    deaf = engine_init() != 0;
    stream_reset();
    return !deaf;
}

/* Of one step: its time stamp, the class, the sum of the posteriors; and how many samples there was no time for. */
static void report(const uint8_t *result)
{
    if (result[4] != NO_KEYWORD) {
        const uint32_t heard[] = {frame_get32(result), result[4], frame_get16(result + 6)};
        say("heard", heard, 3);
    }
    const uint32_t now = microphone_lost();
    if (now != lost) {
        lost = now;
        say("lost", &now, 1);
    }
}

static void hear(const int16_t *samples, uint16_t count)
{
    static uint8_t results[KILN_ANSWER_SIZE];
    uint8_t bytes[2 * CHUNK];
    uint8_t *to = bytes;
    for (uint16_t i = 0; i < count; i++) {
        to = frame_put16(to, (uint16_t)samples[i]);
    }
    const uint16_t size = stream_facts.result_size;
    const uint16_t made = stream_feed(bytes, (uint16_t)(2 * count), results, (uint16_t)(sizeof results / size));
    for (uint16_t i = 0; i < made; i++) {
        report(results + i * size);
    }
}

int ear_step(void)
{
    int16_t samples[CHUNK];
    if (deaf) {
        return 0;
    }
    const uint16_t count = microphone_read(samples, CHUNK);
    if (count > 0 && resumed()) {
        hear(samples, count);
    }
    return count == CHUNK;
}
