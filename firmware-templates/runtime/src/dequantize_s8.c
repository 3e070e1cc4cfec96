/* DEQUANTIZE to float32. */
#include "tk_dequantize.h"

void tk_dequantize_s8(const tk_dequantize_params *params, const int8_t *input, float *output) {
  for (int32_t i = 0; i < params->count; i++) output[i] = params->scale * (float)(input[i] - params->zero_point);
}
