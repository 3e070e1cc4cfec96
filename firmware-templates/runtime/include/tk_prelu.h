/* PRELU: x, or alpha * x where x is negative.
 * Source: tensorflow/lite/kernels/internal/reference/prelu.h. */
#ifndef TK_PRELU_H
#define TK_PRELU_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_loops.h"
#include "tk_requantize.h"

typedef struct {
  /* The input is tensor a, alpha tensor b. */
  tk_loops loops;
  /* Minus the zero points: -127 to 128. */
  int32_t input_offset;
  int32_t alpha_offset;
  /* The output's zero point. */
  int32_t output_offset;
  /* To the output's scale: of inputs of 0 or more, and of alpha times those below. Multiplier 2^30 to 2^31 - 1 or 0;
   * shift -31 to 23 and -31 to 15. */
  int32_t positive_multiplier;
  int32_t positive_shift;
  int32_t negative_multiplier;
  int32_t negative_shift;
} tk_prelu_params;

static TK_INLINE int8_t tk_prelu_sloped(const void *params, int8_t input, int8_t alpha) {
  const tk_prelu_params *p = (const tk_prelu_params *)params;
  const int32_t x = input + p->input_offset;
  const int32_t scaled =
      x >= 0 ? tk_requantize(x, p->positive_multiplier, p->positive_shift)
             : tk_requantize(x * (alpha + p->alpha_offset), p->negative_multiplier, p->negative_shift);
  return (int8_t)tk_clamp(scaled + p->output_offset, -128, 127);
}

static TK_INLINE void tk_prelu_s8(const tk_prelu_params *params, const int8_t *input, const int8_t *alpha,
                                  int8_t *output) {
  /* A copy, which the output cannot alias. */
  const tk_prelu_params p = *params;
  tk_combine(&p.loops, input, alpha, output, tk_prelu_sloped, &p);
}

#endif
