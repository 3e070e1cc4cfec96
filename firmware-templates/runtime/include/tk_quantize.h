/* QUANTIZE from float32, by the operations that TFLite Micro's C++ has: a division, then C's round. */
#ifndef TK_QUANTIZE_H
#define TK_QUANTIZE_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_requantize.h"

typedef struct {
  int32_t count;
  /* Of the output. */
  float scale;
  int32_t zero_point;
} tk_quantize_params;

/* Round halves away from zero; beyond 256, where the output is at its end, it stays there. NaN counts as 0. */
static inline int32_t tk_quantize_rounded(float x) {
  if (x >= 256.0f) return 256;
  if (x <= -256.0f) return -256;
  if (x != x) return 0;
  const int32_t whole = (int32_t)x;
  const float fraction = x - (float)whole;
  if (fraction >= 0.5f) return whole + 1;
  return fraction <= -0.5f ? whole - 1 : whole;
}

/* To the nearest step, halves away from zero, within -128 and 127; NaN becomes the zero point. */
static TK_INLINE void tk_quantize_s8(const tk_quantize_params *params, const float *input, int8_t *output) {
  for (int32_t i = 0; i < params->count; i++) {
    output[i] = (int8_t)tk_clamp(tk_quantize_rounded(input[i] / params->scale) + params->zero_point, -128, 127);
  }
}

#endif
