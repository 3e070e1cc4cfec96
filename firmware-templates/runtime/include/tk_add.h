/* ADD and SUB: both operands at one scale, with 20 bits below their units, then the output's scale.
 * Source: tensorflow/lite/kernels/internal/reference/integer_ops/add.h, reference/sub.h. */
#ifndef TK_ADD_H
#define TK_ADD_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_loops.h"
#include "tk_requantize.h"

typedef struct {
  tk_loops loops;
  /* Of each operand: minus its zero point, -127 to 128; the multiplier, 2^30 to 2^31 - 1 or 0, and its shift, -31 to 0,
   * that bring it to twice the larger scale of both. */
  int32_t a_offset;
  int32_t a_multiplier;
  int32_t a_shift;
  int32_t b_offset;
  int32_t b_multiplier;
  int32_t b_shift;
  /* 1 to add b, -1 to subtract it. */
  int32_t b_sign;
  /* From there to the output, shift -31 to 0; the output's zero point; bounds of the fused activation. */
  int32_t multiplier;
  int32_t shift;
  int32_t output_offset;
  int32_t min;
  int32_t max;
} tk_add_params;

enum { TK_ADD_ONE = 1 << 20 };

static inline int8_t tk_add_sum(const void *params, int8_t a, int8_t b) {
  const tk_add_params *p = (const tk_add_params *)params;
  const int32_t scaled_a = tk_requantize((a + p->a_offset) * TK_ADD_ONE, p->a_multiplier, p->a_shift);
  const int32_t scaled_b = tk_requantize((b + p->b_offset) * TK_ADD_ONE, p->b_multiplier, p->b_shift);
  const int32_t scaled = tk_requantize(scaled_a + p->b_sign * scaled_b, p->multiplier, p->shift);
  return (int8_t)tk_clamp(scaled + p->output_offset, p->min, p->max);
}

/* ADD and SUB. */
static TK_INLINE void tk_add_s8(const tk_add_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  /* A copy, which the output cannot alias. */
  const tk_add_params p = *params;
  tk_combine(&p.loops, a, b, output, tk_add_sum, &p);
}

#endif
