/* PRELU: x, or alpha * x where x is negative.
 * Source: tensorflow/lite/kernels/internal/reference/prelu.h. */
#include "tk_prelu.h"

#include "tk_requantize.h"

static inline int8_t sloped(const void *params, int8_t input, int8_t alpha) {
  const tk_prelu_params *p = (const tk_prelu_params *)params;
  const int32_t x = input + p->input_offset;
  const int32_t scaled =
      x >= 0 ? tk_requantize(x, p->positive_multiplier, p->positive_shift)
             : tk_requantize(x * (alpha + p->alpha_offset), p->negative_multiplier, p->negative_shift);
  return (int8_t)tk_clamp(scaled + p->output_offset, -128, 127);
}

void tk_prelu_s8(const tk_prelu_params *params, const int8_t *input, const int8_t *alpha, int8_t *output) {
  /* A copy, which the output cannot alias. */
  const tk_prelu_params p = *params;
  tk_combine(&p.loops, input, alpha, output, sloped, &p);
}
