#ifndef TK_SOFTMAX_H
#define TK_SOFTMAX_H

#include <stdint.h>

#include "tk_differences.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  /* Rows of `depth` elements, 1 to 4095, each normalised by itself. */
  int32_t rows;
  int32_t depth;
  tk_differences differences;
} tk_softmax_params;

/* The output's scale is 1/256, its zero point -128. */
void tk_softmax_s8(const tk_softmax_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
