/* Mel-frequency cepstral coefficients as a model's int8 features: DCT-II of a frame's logarithms. */
#ifndef TK_MFCC_H
#define TK_MFCC_H

#include <stdint.h>

#include "tk_inline.h"

typedef struct {
  /* Logarithms in a frame, and coefficients that are made of them. */
  int32_t channels;
  int32_t coefficients;
  /* Of each coefficient, over the lower half of the channels (and the middle one): the upper half mirrors it. Made so that
   * no sum leaves int32. */
  const int16_t *cosines;
  /* Fraction bits of a sum; at least 1. */
  int32_t shift;
} tk_mfcc;

/* Even orders are even functions of the channel about the middle, odd ones odd. */
static TK_INLINE int32_t tk_mfcc_sum(const uint16_t *logs, int32_t channels, const int16_t *cosines, int32_t odd) {
  int32_t sum = 0;
  int32_t m = 0, mirror = channels - 1;
  for (; m < mirror; m++, mirror--) {
    sum += cosines[m] * (odd ? (int32_t)logs[m] - logs[mirror] : (int32_t)logs[m] + logs[mirror]);
  }
  return m == mirror ? sum + cosines[m] * logs[m] : sum;
}

/* Rounds to steps of int8, halves upwards. Order 0 grows from silence's 0 upwards, so that it begins at the lowest. */
static TK_INLINE int8_t tk_mfcc_feature(int32_t sum, int32_t shift, int32_t order) {
  int32_t steps = (sum >> shift) + (int32_t)((uint32_t)sum >> (shift - 1) & 1u);
  if (order == 0) steps -= 128;
  return (int8_t)(steps < -128 ? -128 : steps > 127 ? 127 : steps);
}

static TK_INLINE void tk_mfcc_apply(const tk_mfcc *mfcc, const uint16_t *logs, int8_t *features) {
  const int32_t half = (mfcc->channels + 1) / 2;
  for (int32_t c = 0; c < mfcc->coefficients; c++) {
    const int32_t sum = tk_mfcc_sum(logs, mfcc->channels, mfcc->cosines + c * half, c & 1);
    features[c] = tk_mfcc_feature(sum, mfcc->shift, c);
  }
}

#endif
