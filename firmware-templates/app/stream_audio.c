/* Samples to features, to the model's posteriors, to detections: one result for each step of the detector.
 * The same bytes as trainer/detection/listener.ts gives. */
#include "stream.h"

#include <stddef.h>
#include <string.h>

#include "detection.h"
#include "engine.h"
#include "frame.h"
#include "frontend.h"
#include "kiln_config.h"
#include "tk_feature_window.h"

#if KILN_MODEL_FRONTEND_HASH != KILN_FRONTEND_HASH
#error "The model was trained on the features of another front end: make both anew with `kiln project`."
#endif

#define HEAD 8u          /* bytes of a result before its posteriors */
#define NO_KEYWORD 0xffu
#define CHUNK 64         /* samples that are taken at a time */

const struct stream_facts stream_facts = {STREAM_AUDIO, 1, HEAD + KILN_DETECTION_CLASSES, KILN_FRONTEND_SAMPLE_RATE,
                                          KILN_FRONTEND_HASH};

struct results {
    uint8_t *next;
    uint16_t count;
    uint16_t most;
};

static int8_t features[KILN_STREAM_FRAMES * KILN_FRONTEND_FEATURES];
static tk_feature_window window = {features, KILN_STREAM_FRAMES, KILN_FRONTEND_FEATURES, 0, 0};
static uint32_t heard;  /* samples, modulo 2^32 */
static uint16_t frames; /* since the last step */
static uint8_t low;     /* byte of a sample whose high byte is still to come */
static uint8_t has_low;

void stream_reset(void)
{
    kiln_frontend_reset();
    kiln_detection_reset();
    tk_feature_window_reset(&window);
    heard = 0;
    frames = 0;
    has_low = 0;
}

/* The model's output, or NULL where it does not run: it is quiet, too little was heard, or the engine failed. */
static const int8_t *infer(void)
{
    if (!kiln_detection_awake() || !tk_feature_window_copy(&window, engine_input())) {
        return NULL;
    }
    return engine_invoke() == 0 ? engine_output() : NULL;
}

/* Samples heard (4), class detected or 0xff (1), whether the model ran (1), score (2), posteriors. */
static void step(struct results *results)
{
    kiln_detection found = {0, 0, 0};
    const int8_t *posteriors = infer();
    int32_t detected = kiln_detection_push(posteriors, &found);
    if (results->count == results->most) {
        return;
    }
    uint8_t *to = frame_put32(results->next, heard);
    *to++ = detected ? (uint8_t)found.keyword : NO_KEYWORD;
    *to++ = posteriors != NULL;
    to = frame_put16(to, (uint16_t)found.score);
    if (posteriors != NULL) {
        memcpy(to, posteriors, KILN_DETECTION_CLASSES);
    } else {
        memset(to, 0x80, KILN_DETECTION_CLASSES);
    }
    results->next = to + KILN_DETECTION_CLASSES;
    results->count++;
}

static void take(const int16_t *samples, int32_t count, struct results *results)
{
    uint16_t logs[KILN_FRONTEND_CHANNELS];
    for (int32_t at = 0; at < count;) {
        const int32_t taken = kiln_frontend_feed(samples + at, count - at);
        kiln_detection_listen(samples + at, taken);
        at += taken;
        heard += (uint32_t)taken;
        if (!kiln_frontend_frame(logs)) {
            continue;
        }
        kiln_frontend_features(logs, tk_feature_window_push(&window));
        if (++frames == KILN_STREAM_FRAMES_PER_STEP) {
            frames = 0;
            step(results);
        }
    }
}

uint16_t stream_feed(const uint8_t *bytes, uint16_t n, uint8_t *results, uint16_t most)
{
    struct results made = {results, 0, most};
    int16_t samples[CHUNK];
    int32_t count = 0;
    for (uint16_t i = 0; i < n; i++) {
        has_low = !has_low;
        if (has_low) {
            low = bytes[i];
            continue;
        }
        samples[count++] = (int16_t)(uint16_t)(low | (uint16_t)bytes[i] << 8);
        if (count == CHUNK) {
            take(samples, count, &made);
            count = 0;
        }
    }
    take(samples, count, &made);
    return made.count;
}
