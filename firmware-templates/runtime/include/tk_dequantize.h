/* DEQUANTIZE to float32. */
#ifndef TK_DEQUANTIZE_H
#define TK_DEQUANTIZE_H

#include <stdint.h>

#include "tk_inline.h"

typedef struct {
  int32_t count;
  /* Of the input. */
  float scale;
  int32_t zero_point;
} tk_dequantize_params;

/* scale * (element - zero_point). */
static TK_INLINE void tk_dequantize_s8(const tk_dequantize_params *params, const int8_t *input, float *output) {
  for (int32_t i = 0; i < params->count; i++) output[i] = params->scale * (float)(input[i] - params->zero_point);
}

#endif
