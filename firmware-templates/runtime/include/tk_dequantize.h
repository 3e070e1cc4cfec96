#ifndef TK_DEQUANTIZE_H
#define TK_DEQUANTIZE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;
  /* Of the input. */
  float scale;
  int32_t zero_point;
} tk_dequantize_params;

/* scale * (element - zero_point). */
void tk_dequantize_s8(const tk_dequantize_params *params, const int8_t *input, float *output);

#ifdef __cplusplus
}
#endif

#endif
