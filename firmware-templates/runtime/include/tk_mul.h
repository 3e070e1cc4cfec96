/* MUL: the product of both operands, scaled to the output.
 * Source: tensorflow/lite/kernels/internal/reference/integer_ops/mul.h. */
#ifndef TK_MUL_H
#define TK_MUL_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_loops.h"
#include "tk_requantize.h"

typedef struct {
  tk_loops loops;
  /* Minus the operands' zero points: -127 to 128. */
  int32_t a_offset;
  int32_t b_offset;
  /* From the product to the output: multiplier 2^30 to 2^31 - 1 or 0, shift -31 to 15; the output's zero point; bounds
   * of the fused activation. */
  int32_t multiplier;
  int32_t shift;
  int32_t output_offset;
  int32_t min;
  int32_t max;
} tk_mul_params;

static inline int8_t tk_mul_product(const void *params, int8_t a, int8_t b) {
  const tk_mul_params *p = (const tk_mul_params *)params;
  const int32_t exact = (a + p->a_offset) * (b + p->b_offset);
  const int32_t scaled = tk_requantize(exact, p->multiplier, p->shift);
  return (int8_t)tk_clamp(scaled + p->output_offset, p->min, p->max);
}

static TK_INLINE void tk_mul_s8(const tk_mul_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  /* A copy, which the output cannot alias. */
  const tk_mul_params p = *params;
  tk_combine(&p.loops, a, b, output, tk_mul_product, &p);
}

#endif
