/* QUANTIZE from float32, by the operations that TFLite Micro's C++ has: a division, then C's round. */
#include "tk_quantize.h"

#include "tk_requantize.h"

/* Round halves away from zero; beyond 256, where the output is at its end, it stays there. NaN counts as 0. */
static int32_t rounded(float x) {
  if (x >= 256.0f) return 256;
  if (x <= -256.0f) return -256;
  if (x != x) return 0;
  const int32_t whole = (int32_t)x;
  const float fraction = x - (float)whole;
  if (fraction >= 0.5f) return whole + 1;
  return fraction <= -0.5f ? whole - 1 : whole;
}

void tk_quantize_s8(const tk_quantize_params *params, const float *input, int8_t *output) {
  for (int32_t i = 0; i < params->count; i++) {
    output[i] = (int8_t)tk_clamp(rounded(input[i] / params->scale) + params->zero_point, -128, 127);
  }
}
