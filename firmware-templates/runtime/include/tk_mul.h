#ifndef TK_MUL_H
#define TK_MUL_H

#include <stdint.h>

#include "tk_loops.h"

#ifdef __cplusplus
extern "C" {
#endif

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

void tk_mul_s8(const tk_mul_params *params, const int8_t *a, const int8_t *b, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
