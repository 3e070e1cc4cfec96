/* Per-channel amplitude normalization (PCAN): each channel is divided by a power of its own noise, by a table of
 * parabolas. */
#ifndef TK_PCAN_H
#define TK_PCAN_H

#include <stddef.h>
#include <stdint.h>

#include "tk_bits.h"
#include "tk_inline.h"

/* Fraction bits of a signal-to-noise ratio, and of what comes out. */
enum { TK_SNR_BITS = 12, TK_PCAN_BITS = 6 };

typedef struct {
  /* Gain at a noise of 0 and of 1, then for each octave 2^(n-1) to 2^n, n = 2 to 32, a constant, a linear and a
   * quadratic coefficient at 4 n - 6; NULL: no gain control. */
  const int16_t *gains;
  /* From signal times gain to a ratio. */
  int32_t snr_shift;
} tk_pcan;

/* The parabola at a noise estimate. */
static TK_INLINE int32_t tk_pcan_gain(const int16_t *gains, uint32_t noise) {
  if (noise <= 2) return gains[noise];
  const int32_t octave = 32 - tk_leading_zeros(noise);
  const int16_t *const parabola = gains + 4 * octave - 6;
  const int32_t fraction = (int32_t)((octave < 11 ? noise << (11 - octave) : noise >> (octave - 11)) & 0x3ffu);
  const int32_t slope = ((parabola[2] * fraction) >> 5) + (int32_t)parabola[1] * 32;
  const int32_t rise = (slope * fraction + (1 << 14)) >> 15;
  return (int16_t)(uint16_t)(rise + parabola[0]);
}

/* Quadratic below a ratio of 2, linear above. */
static TK_INLINE uint32_t tk_pcan_compress(uint32_t ratio) {
  if (ratio < 2u << TK_SNR_BITS) return (ratio * ratio) >> (2 + 2 * TK_SNR_BITS - TK_PCAN_BITS);
  return (ratio >> (TK_SNR_BITS - TK_PCAN_BITS)) - (1u << TK_PCAN_BITS);
}

static TK_INLINE void tk_pcan_apply(const tk_pcan *spec, uint32_t *channels, const uint32_t *noise, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    const uint64_t product = (uint64_t)channels[i] * (uint32_t)tk_pcan_gain(spec->gains, noise[i]);
    channels[i] = tk_pcan_compress((uint32_t)(product >> spec->snr_shift));
  }
}

#endif
