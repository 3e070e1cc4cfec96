/* MUL: the product of both operands, scaled to the output.
 * Source: tensorflow/lite/kernels/internal/reference/integer_ops/mul.h. */
#ifndef TK_MUL_H
#define TK_MUL_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_loops.h"
#include "tk_output.h"

typedef struct {
  tk_loops loops;
  /* Minus the operands' zero points: -127 to 128. */
  int32_t a_offset;
  int32_t b_offset;
  /* From the product to the output, shift -15 to 31. */
  tk_scale scale;
  tk_output output;
} tk_mul_params;

static TK_INLINE int8_t tk_mul_product(const void *params, int8_t a, int8_t b) {
  const tk_mul_params *p = (const tk_mul_params *)params;
  const int32_t exact = (a + p->a_offset) * (b + p->b_offset);
  return tk_output_of(&p->output, exact, p->scale);
}

static TK_INLINE void tk_mul_s8(const tk_mul_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  /* A copy, which the output cannot alias. */
  const tk_mul_params p = *params;
  tk_combine(&p.loops, a, b, output, tk_mul_product, &p);
}

#endif
