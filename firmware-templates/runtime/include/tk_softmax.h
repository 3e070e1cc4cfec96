#ifndef TK_SOFTMAX_H
#define TK_SOFTMAX_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  /* Rows of `depth` elements, each normalised by itself. */
  int32_t rows;
  int32_t depth;
  /* beta * input scale, in Q5.26 after the shift: multiplier 2^30 to 2^31 - 1, shift 0 to 31. */
  int32_t multiplier;
  int32_t left_shift;
  /* Below this difference to the row's maximum an element counts as zero. */
  int32_t diff_min;
} tk_softmax_params;

/* The output's scale is 1/256, its zero point -128. */
void tk_softmax_s8(const tk_softmax_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
