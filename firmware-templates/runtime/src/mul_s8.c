/* MUL: the product of both operands, scaled to the output.
 * Source: tensorflow/lite/kernels/internal/reference/integer_ops/mul.h. */
#include "tk_mul.h"

#include "tk_requantize.h"

static inline int8_t product(const void *params, int8_t a, int8_t b) {
  const tk_mul_params *p = (const tk_mul_params *)params;
  const int32_t exact = (a + p->a_offset) * (b + p->b_offset);
  const int32_t scaled = tk_requantize(exact, p->multiplier, p->shift);
  return (int8_t)tk_clamp(scaled + p->output_offset, p->min, p->max);
}

void tk_mul_s8(const tk_mul_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  /* A copy, which the output cannot alias. */
  const tk_mul_params p = *params;
  tk_combine(&p.loops, a, b, output, product, &p);
}
