/* SUM and MEAN: the sum of the elements along some dimensions, scaled to the output.
 * Source: tensorflow/lite/kernels/internal/reference/reduce.h. */
#ifndef TK_SUM_H
#define TK_SUM_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_reduction.h"
#include "tk_requantize.h"

typedef struct {
  tk_reduction reduction;
  /* What each sum begins with: minus the input's zero point, as often as there are elements in a sum. */
  int32_t start;
  /* From the sum to the output: multiplier 0 to 2^31 - 1, shift -31 to 23; the output's zero point. */
  int32_t multiplier;
  int32_t shift;
  int32_t output_offset;
} tk_sum_params;

static inline int32_t tk_sum_plus(int32_t sum, int8_t element) { return sum + element; }

static inline int8_t tk_sum_scaled(const void *params, int32_t sum) {
  const tk_sum_params *p = (const tk_sum_params *)params;
  return (int8_t)tk_clamp(tk_requantize(sum, p->multiplier, p->shift) + p->output_offset, -128, 127);
}

/* SUM, and MEAN, whose multiplier divides by the number of elements. */
static TK_INLINE void tk_sum_s8(const tk_sum_params *params, const int8_t *input, int8_t *output) {
  tk_reduce(&params->reduction, input, output, params->start, tk_sum_plus, tk_sum_scaled, params);
}

#endif
