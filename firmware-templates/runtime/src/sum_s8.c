/* SUM and MEAN: the sum of the elements along some dimensions, scaled to the output.
 * Source: tensorflow/lite/kernels/internal/reference/reduce.h. */
#include "tk_sum.h"

#include "tk_requantize.h"

static inline int32_t plus(int32_t sum, int8_t element) { return sum + element; }

static inline int8_t scaled(const void *params, int32_t sum) {
  const tk_sum_params *p = (const tk_sum_params *)params;
  return (int8_t)tk_clamp(tk_requantize(sum, p->multiplier, p->shift) + p->output_offset, -128, 127);
}

void tk_sum_s8(const tk_sum_params *params, const int8_t *input, int8_t *output) {
  tk_reduce(&params->reduction, input, output, params->start, plus, scaled, params);
}
