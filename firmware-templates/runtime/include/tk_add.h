#ifndef TK_ADD_H
#define TK_ADD_H

#include <stdint.h>

#include "tk_loops.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/* ADD and SUB. */
void tk_add_s8(const tk_add_params *params, const int8_t *a, const int8_t *b, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
