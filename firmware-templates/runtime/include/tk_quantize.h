#ifndef TK_QUANTIZE_H
#define TK_QUANTIZE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;
  /* Of the output. */
  float scale;
  int32_t zero_point;
} tk_quantize_params;

/* To the nearest step, halves away from zero, within -128 and 127; NaN becomes the zero point. */
void tk_quantize_s8(const tk_quantize_params *params, const float *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
