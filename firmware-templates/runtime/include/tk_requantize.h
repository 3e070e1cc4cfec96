/* gemmlowp's fixed-point multiplication with double rounding: the int32 sums of a layer back to int8.
 * Source: gemmlowp fixedpoint/fixedpoint.h, as TFLite Micro's reference kernels use it. */
#ifndef TK_REQUANTIZE_H
#define TK_REQUANTIZE_H

#include <stdint.h>

/* From int32 sums to int8: output = clamp(requantize(sum, multiplier, shift) + output_offset, min, max). */
typedef struct {
  /* 0, or 2^30 to 2^31 - 1; one for each output channel, or one for all. */
  const int32_t *multiplier;
  /* -31 to 30, positive to the left; as many. */
  const int8_t *shift;
  /* 1 where each output channel has its own multiplier and shift, 0 where all share one. */
  int32_t step;
  /* Zero point of the output. */
  int32_t output_offset;
  /* Bounds of the fused activation, -128 to 127. */
  int32_t min;
  int32_t max;
} tk_requantization;

/* round(a * b / 2^31), halves upwards. Not for two INT32_MIN, where gemmlowp saturates: here one factor is always a
 * multiplier or a constant. */
static inline int32_t tk_multiply_high(int32_t a, int32_t b) {
  const int64_t product = (int64_t)a * b + ((int64_t)1 << 30);
  /* An arithmetic shift: every compiler that this code is built with rounds it down. */
  return (int32_t)(product >> 31);
}

/* round(x / 2^exponent), halves away from zero; exponent 0 to 31. */
static inline int32_t tk_divide_by_power(int32_t x, int32_t exponent) {
  const int32_t mask = (int32_t)(((uint32_t)1 << exponent) - 1u);
  const int32_t remainder = x & mask;
  const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/* x * multiplier * 2^(shift - 31), rounded twice. multiplier: 0 or 2^30 to 2^31 - 1; shift: -31 to 30, positive to the
 * left. */
static inline int32_t tk_requantize(int32_t x, int32_t multiplier, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0;
  const int32_t right = shift > 0 ? 0 : -shift;
  const int32_t shifted = (int32_t)((uint32_t)x << left);
  return tk_divide_by_power(tk_multiply_high(shifted, multiplier), right);
}

static inline int32_t tk_clamp(int32_t x, int32_t min, int32_t max) {
  if (x < min) return min;
  return x > max ? max : x;
}

/* The sum of an output channel as its int8 element. */
static inline int8_t tk_requantize_channel(int32_t sum, const tk_requantization *r, int32_t channel) {
  const int32_t at = channel * r->step;
  const int32_t scaled = tk_requantize(sum, r->multiplier[at], r->shift[at]);
  return (int8_t)tk_clamp(scaled + r->output_offset, r->min, r->max);
}

#endif
