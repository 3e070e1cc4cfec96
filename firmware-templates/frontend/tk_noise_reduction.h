/* Spectral subtraction: a slow average of each channel is taken for noise and removed, down to a floor. */
#ifndef TK_NOISE_REDUCTION_H
#define TK_NOISE_REDUCTION_H

#include <stdint.h>

#include "tk_inline.h"

enum { TK_NOISE_BITS = 14, TK_NOISE_ONE = 1 << TK_NOISE_BITS };

typedef struct {
  /* Extra fraction bits of the estimate. */
  int32_t smoothing_bits;
  /* How fast it follows in channels 0, 2, 4 ... and in 1, 3, 5 ..., in Q14. */
  uint32_t smoothing[2];
  /* Share of a channel that is always left, in Q14. */
  uint32_t remaining;
} tk_noise_reduction;

/* One channel. @param noise its estimate, which is brought up to date */
static TK_INLINE uint32_t tk_reduce_noise(const tk_noise_reduction *spec, uint32_t value, uint32_t smoothing,
                                          uint32_t *noise) {
  const uint32_t scaled = value << spec->smoothing_bits;
  const uint64_t sum = (uint64_t)scaled * smoothing + (uint64_t)*noise * (TK_NOISE_ONE - smoothing);
  const uint32_t estimate = (uint32_t)(sum >> TK_NOISE_BITS);
  const uint32_t floor = (uint32_t)((uint64_t)value * spec->remaining >> TK_NOISE_BITS);
  const uint32_t left = estimate < scaled ? (scaled - estimate) >> spec->smoothing_bits : 0;
  *noise = estimate;
  return left > floor ? left : floor;
}

static TK_INLINE void tk_noise_reduction_apply(const tk_noise_reduction *spec, uint32_t *channels, uint32_t *noise,
                                               int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    channels[i] = tk_reduce_noise(spec, channels[i], spec->smoothing[i & 1], &noise[i]);
  }
}

#endif
