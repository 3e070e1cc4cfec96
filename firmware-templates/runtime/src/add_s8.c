/* ADD and SUB: both operands at one scale, with 20 bits below their units, then the output's scale.
 * Source: tensorflow/lite/kernels/internal/reference/integer_ops/add.h, reference/sub.h. */
#include "tk_add.h"

#include "tk_requantize.h"

enum { FRACTION = 1 << 20 };

static inline int8_t sum(const void *params, int8_t a, int8_t b) {
  const tk_add_params *p = (const tk_add_params *)params;
  const int32_t scaled_a = tk_requantize((a + p->a_offset) * FRACTION, p->a_multiplier, p->a_shift);
  const int32_t scaled_b = tk_requantize((b + p->b_offset) * FRACTION, p->b_multiplier, p->b_shift);
  const int32_t scaled = tk_requantize(scaled_a + p->b_sign * scaled_b, p->multiplier, p->shift);
  return (int8_t)tk_clamp(scaled + p->output_offset, p->min, p->max);
}

void tk_add_s8(const tk_add_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  /* A copy, which the output cannot alias. */
  const tk_add_params p = *params;
  tk_combine(&p.loops, a, b, output, sum, &p);
}
