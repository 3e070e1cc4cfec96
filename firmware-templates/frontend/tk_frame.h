/* Cuts a stream of samples into overlapping frames under a window in Q12. */
#ifndef TK_FRAME_H
#define TK_FRAME_H

#include <stdint.h>

#include "tk_bits.h"
#include "tk_complex.h"
#include "tk_inline.h"

enum { TK_WINDOW_BITS = 12 };

typedef struct {
  /* Samples in a frame, and from one frame to the next: at most as many. */
  int32_t size;
  int32_t stride;
  /* The window's, at an address that is a multiple of 4; a 0 behind them where they are odd. */
  const int16_t *coefficients;
  /* Points of the FFT, each of two samples, and where it takes them. */
  int32_t points;
  const uint16_t *places;
} tk_framing;

/* Takes samples, at most to the end of a frame that holds `used` of them; returns how many. */
static TK_INLINE int32_t tk_frame_fill(const tk_framing *framing, int16_t *frame, int32_t used, const int16_t *samples,
                                       int32_t count) {
  const int32_t lacking = framing->size - used;
  const int32_t taken = count < lacking ? count : lacking;
  memcpy(frame + used, samples, (size_t)taken * sizeof *frame);
  return taken;
}

/* Lets go of a frame's samples that the next one does not share. */
static TK_INLINE void tk_frame_step(const tk_framing *framing, int16_t *frame) {
  memmove(frame, frame + framing->stride, (size_t)(framing->size - framing->stride) * sizeof *frame);
}

/* Both samples of a pair under the window. */
static TK_INLINE uint32_t tk_window_pair(uint32_t samples, uint32_t coefficients) {
  return tk_pair((tk_low(samples) * tk_low(coefficients)) >> TK_WINDOW_BITS,
                 (tk_high(samples) * tk_high(coefficients)) >> TK_WINDOW_BITS);
}

/* The frame under the window, zeros behind it, in the FFT's order. Returns how far left all of it can be shifted; -32768,
 * which has no magnitude in 16 bits, does not count. */
static TK_INLINE int32_t tk_frame_window(const tk_framing *framing, const int16_t *frame, uint32_t *points) {
  const uint16_t *place = framing->places;
  const int32_t pairs = (framing->size + 1) / 2;
  uint32_t magnitudes = 0;
  for (int32_t i = 0; i < pairs; i++) {
    const uint32_t pair = tk_window_pair(tk_load_complex(frame + 2 * i), tk_load_complex(framing->coefficients + 2 * i));
    magnitudes |= tk_complex_magnitudes(pair);
    points[*place++] = pair;
  }
  for (int32_t i = pairs; i < framing->points; i++) points[*place++] = 0;
  return tk_leading_zeros((magnitudes | magnitudes >> 16) & 0x7fffu) - 17;
}

/* Shifts both parts of each point left. */
static TK_INLINE void tk_frame_normalize(uint32_t *points, int32_t count, int32_t shift) {
  if (shift == 0) return;
  for (int32_t i = 0; i < count; i++) {
    points[i] = (points[i] << shift & 0xffffu) | (points[i] >> 16) << (16 + shift);
  }
}

#endif
