/* SOFTMAX in fixed point: gemmlowp's exp and reciprocal. Qm.n has m integer bits and n fraction bits beside the sign.
 * Source: gemmlowp fixedpoint/fixedpoint.h, tensorflow/lite/kernels/internal/reference/softmax.h. */
#include "tk_softmax.h"

#include "tk_requantize.h"

enum {
  /* A row's sum of exponentials is in Q12.19. */
  SUM_INTEGER_BITS = 12,
  /* 1/4 in Q5.26. */
  QUARTER = 1 << 24,
};

/* exp(-2^k) in Q0.31 for k = -2 to 4. */
static const int32_t EXP_OF_POWERS[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};

/* exp(a) for -1/4 <= a < 0, both in Q0.31: Taylor's series about -1/8. */
static int32_t exp_near_zero(int32_t a) {
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
static int32_t exp_of_negative(int32_t a) {
  if (a == 0) return INT32_MAX;
  const int32_t near_zero = (a & (QUARTER - 1)) - QUARTER;
  const int32_t remainder = near_zero - a;
  int32_t result = exp_near_zero(near_zero * 32);
  for (int32_t k = 0; k < 7; k++) {
    if (remainder & ((int32_t)QUARTER << k)) result = tk_multiply_high(result, EXP_OF_POWERS[k]);
  }
  return result;
}

static int32_t saturating_times_4(int32_t x) {
  return tk_clamp(x, INT32_MIN / 4, INT32_MAX / 4) * 4;
}

/* 1 / (1 + a) in Q0.31 for a in Q0.31, 0 <= a < 1: three steps of Newton's method in Q2.29. */
static int32_t one_over_one_plus(int32_t a) {
  const int32_t half_denominator = (int32_t)(((int64_t)a + INT32_MAX + 1) / 2);
  int32_t x = 1515870810 + tk_multiply_high(half_denominator, -1010580540);
  for (int32_t step = 0; step < 3; step++) {
    const int32_t error = ((int32_t)1 << 29) - tk_multiply_high(half_denominator, x);
    x += saturating_times_4(tk_multiply_high(x, error));
  }
  return x > INT32_MAX / 2 ? INT32_MAX : x * 2;
}

static int32_t leading_zeros(uint32_t x) {
  int32_t n = 0;
  for (; x < 0x80000000u; x <<= 1) n++;
  return n;
}

static int8_t maximum(const int8_t *row, int32_t depth) {
  int8_t max = row[0];
  for (int32_t i = 1; i < depth; i++) {
    if (row[i] > max) max = row[i];
  }
  return max;
}

/* exp of beta * scale * diff in Q0.31. */
static int32_t exp_of_difference(const tk_softmax_params *params, int32_t diff) {
  const int32_t shifted = (int32_t)((uint32_t)diff << params->left_shift);
  return exp_of_negative(tk_multiply_high(shifted, params->multiplier));
}

/* The row's sum of exponentials in Q12.19: at least 1, as the maximum's own is 1. */
static int32_t sum_of_exps(const tk_softmax_params *params, const int8_t *row, int32_t max) {
  int32_t sum = 0;
  for (int32_t i = 0; i < params->depth; i++) {
    const int32_t diff = row[i] - max;
    if (diff >= params->diff_min) sum += tk_divide_by_power(exp_of_difference(params, diff), SUM_INTEGER_BITS);
  }
  return sum;
}

static void normalise(const tk_softmax_params *params, const int8_t *row, int8_t *output) {
  const int32_t max = maximum(row, params->depth);
  const int32_t sum = sum_of_exps(params, row, max);
  const int32_t headroom = leading_zeros((uint32_t)sum);
  const int32_t scale = one_over_one_plus((int32_t)(((uint32_t)sum << headroom) - 0x80000000u));
  /* Above 31 in a row of 512 or more that is nearly flat, and then every element is below half a step of the output. */
  const int32_t exponent = SUM_INTEGER_BITS - headroom + 31 - 8;
  for (int32_t i = 0; i < params->depth; i++) {
    const int32_t diff = row[i] - max;
    int32_t value = 0;
    if (diff >= params->diff_min && exponent <= 31) {
      value = tk_divide_by_power(tk_multiply_high(scale, exp_of_difference(params, diff)), exponent);
    }
    output[i] = (int8_t)tk_clamp(value - 128, -128, 127);
  }
}

void tk_softmax_s8(const tk_softmax_params *params, const int8_t *input, int8_t *output) {
  for (int32_t row = 0; row < params->rows; row++, input += params->depth, output += params->depth) {
    normalise(params, input, output);
  }
}
