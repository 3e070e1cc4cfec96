/* ADD and SUB: both operands at one scale, with 20 bits below their units, then the output's scale.
 * Source: tensorflow/lite/kernels/internal/reference/integer_ops/add.h, reference/sub.h. */
#ifndef TK_ADD_H
#define TK_ADD_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_loops.h"
#include "tk_output.h"

typedef struct {
  tk_loops loops;
  /* Of each operand: minus its zero point, -127 to 128; what brings it to twice the larger scale of both, shift 0 to
   * 31. */
  int32_t a_offset;
  tk_scale a_scale;
  int32_t b_offset;
  tk_scale b_scale;
  /* 1 to add b, -1 to subtract it. */
  int32_t b_sign;
  /* From there to the output, shift 0 to 31. */
  tk_scale scale;
  tk_output output;
} tk_add_params;

enum { TK_ADD_ONE = (int32_t)1 << 20 };

static TK_INLINE int8_t tk_add_sum(const void *params, int8_t a, int8_t b) {
  const tk_add_params *p = (const tk_add_params *)params;
  const int32_t scaled_a = tk_scaled((a + p->a_offset) * TK_ADD_ONE, p->a_scale);
  const int32_t scaled_b = tk_scaled((b + p->b_offset) * TK_ADD_ONE, p->b_scale);
  return tk_output_of(&p->output, scaled_a + p->b_sign * scaled_b, p->scale);
}

/* ADD and SUB. */
static TK_INLINE void tk_add_s8(const tk_add_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  /* A copy, which the output cannot alias. */
  const tk_add_params p = *params;
  tk_combine(&p.loops, a, b, output, tk_add_sum, &p);
}

#endif
