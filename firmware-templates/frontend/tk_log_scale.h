/* Natural logarithm in integers: the position of the top bit, and a table for what lies below it. */
#ifndef TK_LOG_SCALE_H
#define TK_LOG_SCALE_H

#include <stdint.h>

#include "tk_bits.h"
#include "tk_inline.h"

enum { TK_LN_BITS = 16, TK_LN_SEGMENT_BITS = 7 };

/* ln 2 in Q16. */
#define TK_LN_2 45426u

typedef struct {
  /* How far log2(1 + x) lies above x, in Q16, at x = 0, 1/128 ... 1. */
  const uint16_t *table;
  /* Bits by which channels lie below the signal's true scale; may be negative. */
  int32_t correction_bits;
  /* Fraction bits of a feature. */
  int32_t shift;
} tk_log_scale;

/* log2 of x >= 1 in Q16. */
static TK_INLINE uint32_t tk_log2_q16(const uint16_t *table, uint32_t x) {
  const int32_t zeros = tk_leading_zeros(x);
  /* What lies below the top bit, as the high bits of a word. */
  const uint32_t fraction = ((x << zeros) << 1) >> TK_LN_BITS;
  const uint32_t segment = fraction >> (TK_LN_BITS - TK_LN_SEGMENT_BITS);
  const int32_t into = (int32_t)(fraction & ((1u << (TK_LN_BITS - TK_LN_SEGMENT_BITS)) - 1));
  /* TFLite Micro shifts by 16 here where 9 would interpolate: kept, for the same integers. */
  const int32_t start = table[segment];
  const int32_t rise = ((table[segment + 1] - start) * into) >> TK_LN_BITS;
  return ((uint32_t)(31 - zeros) << TK_LN_BITS) + fraction + (uint32_t)(start + rise);
}

/* ln x with `shift` fraction bits, limited to 65535; 0 for x <= 1. */
static TK_INLINE uint16_t tk_scaled_log(const tk_log_scale *scale, uint32_t x) {
  if (x <= 1) return 0;
  const uint32_t half = 1u << (TK_LN_BITS - 1);
  const uint32_t natural = (uint32_t)(((uint64_t)TK_LN_2 * tk_log2_q16(scale->table, x) + half) >> TK_LN_BITS);
  return (uint16_t)(((natural << scale->shift) + half) >> TK_LN_BITS);
}

static TK_INLINE void tk_log_scale_apply(const tk_log_scale *scale, const uint32_t *channels, uint16_t *features,
                                         int32_t count) {
  const int32_t bits = scale->correction_bits;
  for (int32_t i = 0; i < count; i++) {
    features[i] = tk_scaled_log(scale, bits < 0 ? channels[i] >> -bits : channels[i] << bits);
  }
}

#endif
