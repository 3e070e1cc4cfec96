/* LOG_SOFTMAX in fixed point: the difference to the row's maximum, less the logarithm of the sum of exponentials.
 * Source: tensorflow/lite/kernels/internal/reference/log_softmax.h. */
#ifndef TK_LOG_SOFTMAX_H
#define TK_LOG_SOFTMAX_H

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
} tk_log_softmax_params;

enum {
  /* -16 in Q5.26: what is as small gives the least output, whatever the sum is. */
  TK_LOG_SOFTMAX_LEAST = -((int32_t)1 << 30),
  /* From Q5.26 to the output's steps of 2^-4. */
  TK_LOG_SOFTMAX_SHIFT = 26 - 4,
};

static inline int32_t tk_limited_difference(const tk_differences *d, int32_t diff) {
  if (diff < d->min) return TK_LOG_SOFTMAX_LEAST;
  const int32_t difference = tk_difference(d, diff);
  return difference < TK_LOG_SOFTMAX_LEAST ? TK_LOG_SOFTMAX_LEAST : difference;
}

static inline void tk_log_softmax_row(const tk_log_softmax_params *params, const int8_t *row, int8_t *output) {
  const tk_differences *d = &params->differences;
  const int32_t max = tk_row_maximum(row, params->depth);
  const int32_t log = tk_log_of_one_or_more(tk_sum_of_exps(d, row, params->depth, max));
  for (int32_t i = 0; i < params->depth; i++) {
    const int32_t value = tk_divide_by_power(tk_limited_difference(d, row[i] - max) - log, TK_LOG_SOFTMAX_SHIFT);
    output[i] = (int8_t)tk_clamp(value + 127, -128, 127);
  }
}

/* The output's scale is 1/16, its zero point 127. */
static TK_INLINE void tk_log_softmax_s8(const tk_log_softmax_params *params, const int8_t *input, int8_t *output) {
  for (int32_t row = 0; row < params->rows; row++, input += params->depth, output += params->depth) {
    tk_log_softmax_row(params, input, output);
  }
}

#endif
