/* gemmlowp's functions in 32-bit fixed point. Qm.n has m integer bits and n fraction bits beside the sign.
 * Source: gemmlowp fixedpoint/fixedpoint.h, tensorflow/lite/kernels/internal/common.h. */
#ifndef TK_FIXED_POINT_H
#define TK_FIXED_POINT_H

#include <stdint.h>

#include "tk_requantize.h"

/* exp(a) for -1/4 <= a < 0, both in Q0.31: Taylor's series about -1/8. */
static inline int32_t tk_exp_near_zero(int32_t a) {
  const int32_t exp_minus_eighth = 1895147668;
  const int32_t one_third = 715827883;
  const int32_t x = a + ((int32_t)1 << 28);
  const int32_t x2 = tk_multiply_high(x, x);
  const int32_t x3 = tk_multiply_high(x2, x);
  const int32_t x4_over_4 = tk_divide_by_power(tk_multiply_high(x2, x2), 2);
  const int32_t tail = tk_divide_by_power(tk_multiply_high(x4_over_4 + x3, one_third) + x2, 1);
  return exp_minus_eighth + tk_multiply_high(exp_minus_eighth, x + tail);
}

/* exp(a) in Q0.31 for a <= 0 in Q5.26. */
static inline int32_t tk_exp_of_negative(int32_t a) {
  /* exp(-2^k) in Q0.31 for k = -2 to 4. */
  static const int32_t exp_of_powers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = (int32_t)1 << 24;
  if (a == 0) return INT32_MAX;
  const int32_t near_zero = (a & (quarter - 1)) - quarter;
  const int32_t remainder = near_zero - a;
  int32_t result = tk_exp_near_zero(near_zero * 32);
  for (int32_t k = 0; k < 7; k++) {
    if (remainder & (quarter << k)) result = tk_multiply_high(result, exp_of_powers[k]);
  }
  return result;
}

/* x * 2^exponent, saturated; exponent 0 to 30. */
static inline int32_t tk_saturating_shift(int32_t x, int32_t exponent) {
  const int32_t max = INT32_MAX >> exponent;
  if (x > max) return INT32_MAX;
  if (x < -max - 1) return INT32_MIN;
  return (int32_t)((uint32_t)x << exponent);
}

/* 1 / (1 + a) in Q0.31 for a in Q0.31, 0 <= a < 1: three steps of Newton's method in Q2.29. */
static inline int32_t tk_one_over_one_plus(int32_t a) {
  const int32_t half_denominator = (int32_t)(((int64_t)a + INT32_MAX + 1) / 2);
  int32_t x = 1515870810 + tk_multiply_high(half_denominator, -1010580540);
  for (int32_t step = 0; step < 3; step++) {
    const int32_t error = ((int32_t)1 << 29) - tk_multiply_high(half_denominator, x);
    x += tk_saturating_shift(tk_multiply_high(x, error), 2);
  }
  return tk_saturating_shift(x, 1);
}

/* Of x above 0. */
static inline int32_t tk_leading_zeros(int32_t x) {
  int32_t n = 0;
  for (uint32_t bits = (uint32_t)x; bits < 0x80000000u; bits <<= 1) n++;
  return n;
}

/* A number as mantissa * 2^(1/4) * 2^exponent: sqrt(1/2) <= mantissa < 1 in Q0.31, exponent in Q6.25. */
typedef struct {
  int32_t mantissa;
  int32_t exponent;
} tk_log_parts;

/* The parts of a >= 1 in Q12.19: of two candidates the one whose mantissa is the smaller. */
static inline tk_log_parts tk_split_for_log(int32_t a) {
  const int32_t sqrt_half = 1518500250;
  const int32_t one = (int32_t)1 << 25;
  const int32_t quarter = one / 4;
  const int32_t zeros = tk_leading_zeros(a);
  const int32_t headroom = tk_leading_zeros(tk_multiply_high(a, sqrt_half)) - 1;
  const int32_t first = tk_saturating_shift(tk_multiply_high(tk_saturating_shift(a, zeros - 1), sqrt_half), 1);
  const int32_t second = tk_saturating_shift(a, headroom);
  const int32_t first_exponent = (12 - zeros) * one + quarter;
  const int32_t second_exponent = (12 - headroom) * one - quarter;
  tk_log_parts parts;
  parts.mantissa = first < second ? first : second;
  parts.exponent = first_exponent > second_exponent ? first_exponent : second_exponent;
  return parts;
}

/* ln(a) in Q5.26 for a >= 1 in Q12.19: that of its power of two, and a rational function for what is left. */
static inline int32_t tk_log_of_one_or_more(int32_t a) {
  const int32_t log_2 = 1488522236;
  const int32_t fourth_root_half = 1805811301;
  const tk_log_parts parts = tk_split_for_log(a);
  const int32_t p = (int32_t)(((int64_t)parts.mantissa + fourth_root_half + 1) / 2);
  const int32_t q = (parts.mantissa - fourth_root_half) * 2;
  const int32_t q2 = tk_multiply_high(q, q);
  const int32_t numerator = tk_multiply_high(q, parts.mantissa) + tk_multiply_high(tk_multiply_high(q, q2), 117049297);
  const int32_t inner = 1057819769 + q + tk_multiply_high(127690142, q2);
  const int32_t reciprocal = tk_one_over_one_plus(tk_multiply_high(p, inner) + tk_multiply_high(638450708, q));
  const int32_t scaled = tk_multiply_high(tk_divide_by_power(numerator, 6), reciprocal);
  return tk_saturating_shift(tk_multiply_high(parts.exponent, log_2) + scaled, 1);
}

#endif
