/* The newest frames of a stream as a model's int8 input. */
#ifndef TK_FEATURE_WINDOW_H
#define TK_FEATURE_WINDOW_H

#include <stdint.h>
#include <string.h>

#include "tk_inline.h"

/* The caller owns the bytes: frames * channels. */
typedef struct {
  int8_t *bytes;
  int32_t frames;
  int32_t channels;
  /* Where the next frame goes, and how many there have been, up to `frames`. */
  int32_t next;
  int32_t filled;
} tk_feature_window;

/* By micro_speech's mapping: 0 to 666 goes to -128 to 127. */
static TK_INLINE int8_t tk_quantize_feature(uint16_t feature) {
  const int32_t q = (int32_t)(((uint32_t)feature * 256 + 333) / 666) - 128;
  return (int8_t)(q > 127 ? 127 : q);
}

static inline void tk_feature_window_reset(tk_feature_window *window) {
  window->next = 0;
  window->filled = 0;
}

/* Takes a frame in place of the oldest. */
static inline void tk_feature_window_push(tk_feature_window *window, const uint16_t *features) {
  int8_t *const frame = window->bytes + window->next * window->channels;
  for (int32_t i = 0; i < window->channels; i++) frame[i] = tk_quantize_feature(features[i]);
  window->next = window->next + 1 < window->frames ? window->next + 1 : 0;
  if (window->filled < window->frames) window->filled++;
}

/* Writes all frames to a model's input, the oldest first. Returns 0, and writes nothing, where they are still too few. */
static inline int32_t tk_feature_window_copy(const tk_feature_window *window, int8_t *input) {
  if (window->filled < window->frames) return 0;
  const size_t oldest = (size_t)(window->next * window->channels);
  const size_t newer = (size_t)(window->frames * window->channels) - oldest;
  memcpy(input, window->bytes + oldest, newer);
  memcpy(input + newer, window->bytes, oldest);
  return 1;
}

#endif
