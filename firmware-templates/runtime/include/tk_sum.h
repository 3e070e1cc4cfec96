#ifndef TK_SUM_H
#define TK_SUM_H

#include <stdint.h>

#include "tk_reduction.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  tk_reduction reduction;
  /* What each sum begins with: minus the input's zero point, as often as there are elements in a sum. */
  int32_t start;
  /* From the sum to the output: multiplier 0 to 2^31 - 1, shift -31 to 23; the output's zero point. */
  int32_t multiplier;
  int32_t shift;
  int32_t output_offset;
} tk_sum_params;

/* SUM, and MEAN, whose multiplier divides by the number of elements. */
void tk_sum_s8(const tk_sum_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
