/* The differences of a row's elements to its maximum, and the sum of their exponentials: what SOFTMAX and LOG_SOFTMAX
 * share. Source: tensorflow/lite/kernels/internal/reference/{softmax,log_softmax}.h. */
#ifndef TK_DIFFERENCES_H
#define TK_DIFFERENCES_H

#include <stdint.h>

#include "tk_fixed_point.h"
#include "tk_requantize.h"

typedef struct {
  /* beta * input scale, in Q5.26 after the shift: multiplier 2^30 to 2^31 - 1, shift 1 to 31. */
  int32_t multiplier;
  int32_t left_shift;
  /* -255 to 0: a smaller difference does not fit Q5.26, and its exponential is 0. */
  int32_t min;
} tk_differences;

enum {
  /* A row's sum of exponentials is in Q12.19; its elements are fewer than 4096. */
  TK_SUM_INTEGER_BITS = 12,
};

static inline int32_t tk_row_maximum(const int8_t *row, int32_t depth) {
  int32_t max = row[0];
  for (int32_t i = 1; i < depth; i++) {
    if (row[i] > max) max = row[i];
  }
  return max;
}

/* beta * scale * diff in Q5.26, for diff from min to 0. */
static inline int32_t tk_difference(const tk_differences *d, int32_t diff) {
  return tk_multiply_high((int32_t)((uint32_t)diff << d->left_shift), d->multiplier);
}

/* Its exponential in Q0.31, for any diff of 0 or less. */
static inline int32_t tk_exp_of_difference(const tk_differences *d, int32_t diff) {
  return diff < d->min ? 0 : tk_exp_of_negative(tk_difference(d, diff));
}

/* The row's sum of exponentials in Q12.19: at least 1, as the maximum's own is 1. */
static inline int32_t tk_sum_of_exps(const tk_differences *d, const int8_t *row, int32_t depth, int32_t max) {
  int32_t sum = 0;
  for (int32_t i = 0; i < depth; i++) {
    sum += tk_divide_by_power(tk_exp_of_difference(d, row[i] - max), TK_SUM_INTEGER_BITS);
  }
  return sum;
}

#endif
