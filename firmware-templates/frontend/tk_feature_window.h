/* The newest frames of a stream as a model's int8 input. */
#ifndef TK_FEATURE_WINDOW_H
#define TK_FEATURE_WINDOW_H

#include <stdint.h>
#include <string.h>

/* The caller owns the bytes: frames * features. */
typedef struct {
  int8_t *bytes;
  int32_t frames;
  /* Of a frame. */
  int32_t features;
  /* Where the next frame goes, and how many there have been, up to `frames`. */
  int32_t next;
  int32_t filled;
} tk_feature_window;

static inline void tk_feature_window_reset(tk_feature_window *window) {
  window->next = 0;
  window->filled = 0;
}

/* Lets go of the oldest frame; returns where the features of a new one are to be written. */
static inline int8_t *tk_feature_window_push(tk_feature_window *window) {
  int8_t *const frame = window->bytes + window->next * window->features;
  window->next = window->next + 1 < window->frames ? window->next + 1 : 0;
  if (window->filled < window->frames) window->filled++;
  return frame;
}

/* Writes all frames to a model's input, the oldest first. Returns 0, and writes nothing, where they are still too few. */
static inline int32_t tk_feature_window_copy(const tk_feature_window *window, int8_t *input) {
  if (window->filled < window->frames) return 0;
  const size_t oldest = (size_t)(window->next * window->features);
  const size_t newer = (size_t)(window->frames * window->features) - oldest;
  memcpy(input, window->bytes + oldest, newer);
  memcpy(input + newer, window->bytes, oldest);
  return 1;
}

#endif
