/* RELU and its like where the output has the input's scale. */
#include "tk_clamp.h"

#include "tk_requantize.h"

void tk_clamp_s8(const tk_clamp_params *params, const int8_t *input, int8_t *output) {
  for (int32_t i = 0; i < params->count; i++) output[i] = (int8_t)tk_clamp(input[i], params->min, params->max);
}
