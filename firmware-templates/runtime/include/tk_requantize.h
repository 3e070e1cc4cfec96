/* gemmlowp's fixed-point multiplication with double rounding: the int32 sums of a layer back to int8.
 * Source: gemmlowp fixedpoint/fixedpoint.h, as TFLite Micro's reference kernels use it. */
#ifndef TK_REQUANTIZE_H
#define TK_REQUANTIZE_H

#include <stdint.h>

/* round(a * b / 2^31), halves upwards; saturates where both are INT32_MIN. */
static inline int32_t tk_multiply_high(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
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

#endif
