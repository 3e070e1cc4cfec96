#ifndef TK_PRELU_H
#define TK_PRELU_H

#include <stdint.h>

#include "tk_loops.h"

#ifdef __cplusplus
extern "C" {
#endif

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

void tk_prelu_s8(const tk_prelu_params *params, const int8_t *input, const int8_t *alpha, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
