/* SOFTMAX in fixed point.
 * Source: tensorflow/lite/kernels/internal/reference/softmax.h. */
#ifndef TK_SOFTMAX_H
#define TK_SOFTMAX_H

#include <stdint.h>

#include "tk_differences.h"
#include "tk_fixed_point.h"
#include "tk_inline.h"
#include "tk_requantize.h"

typedef struct {
  /* Rows of `depth` elements, 1 to 4095, each normalised by itself. */
  int32_t rows;
  int32_t depth;
  tk_differences differences;
} tk_softmax_params;

static inline void tk_softmax_row(const tk_softmax_params *params, const int8_t *row, int8_t *output) {
  const tk_differences *d = &params->differences;
  const int32_t max = tk_row_maximum(row, params->depth);
  const int32_t sum = tk_sum_of_exps(d, row, params->depth, max);
  const int32_t headroom = tk_leading_zeros(sum);
  const int32_t scale = tk_one_over_one_plus((int32_t)(((uint32_t)sum << headroom) - 0x80000000u));
  /* Above 31 in a row of 512 or more that is nearly flat, and then every element is below half a step of the output. */
  const int32_t exponent = TK_SUM_INTEGER_BITS - headroom + 31 - 8;
  for (int32_t i = 0; i < params->depth; i++) {
    int32_t value = 0;
    if (exponent <= 31) {
      value = tk_divide_by_power(tk_multiply_high(scale, tk_exp_of_difference(d, row[i] - max)), exponent);
    }
    output[i] = (int8_t)tk_clamp(value - 128, -128, 127);
  }
}

/* The output's scale is 1/256, its zero point -128. */
static TK_INLINE void tk_softmax_s8(const tk_softmax_params *params, const int8_t *input, int8_t *output) {
  for (int32_t row = 0; row < params->rows; row++, input += params->depth, output += params->depth) {
    tk_softmax_row(params, input, output);
  }
}

#endif
