/* Samples to windows, to the detector: one result for each window.
 * The same as hostResults() of cli/sensor_listening.ts. */
#include "stream.h"

#include <string.h>

#include "engine.h"
#include "frame.h"
#include "kiln_config.h"

/* A result: which window it is, from 0 on (4), the scores and the alarm, whether something has moved (1). */
#define RESULT_SIZE (4u + KILN_MODEL_OUTPUT_SIZE + 1u)
#define STEP_BYTES (2u * KILN_STREAM_CHANNELS * KILN_STREAM_STRIDE)

const struct stream_facts stream_facts = {STREAM_SENSORS, KILN_STREAM_CHANNELS, RESULT_SIZE, KILN_STREAM_RATE,
                                          KILN_STREAM_SPEC_HASH};

static uint32_t filled; /* bytes of the window */
static uint32_t windows;

void stream_reset(void)
{
    filled = 0;
    windows = 0;
}

/* The detector leaves the window as it is: what the next one shares with it moves to its start. */
static void step(uint8_t *result)
{
    uint8_t *window = (uint8_t *)engine_input();
    (void)engine_invoke();
    result = frame_put32(result, windows++);
    memcpy(result, engine_output(), KILN_MODEL_OUTPUT_SIZE);
    result[KILN_MODEL_OUTPUT_SIZE] = (uint8_t)kiln_model_moved();
    filled = KILN_MODEL_INPUT_SIZE - STEP_BYTES;
    memmove(window, window + STEP_BYTES, filled);
}

uint16_t stream_feed(const uint8_t *bytes, uint16_t n, uint8_t *results, uint16_t most)
{
    uint8_t lost[RESULT_SIZE];
    uint16_t made = 0;
    while (n > 0) {
        uint32_t free = KILN_MODEL_INPUT_SIZE - filled;
        uint16_t taken = n < free ? n : (uint16_t)free;
        memcpy((uint8_t *)engine_input() + filled, bytes, taken);
        bytes += taken;
        n = (uint16_t)(n - taken);
        filled += taken;
        if (filled < KILN_MODEL_INPUT_SIZE) {
            continue;
        }
        step(made < most ? results + (size_t)made * RESULT_SIZE : lost);
        made = (uint16_t)(made + (made < most));
    }
    return made;
}
