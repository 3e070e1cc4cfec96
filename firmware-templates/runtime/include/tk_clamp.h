/* RELU and its like where the output has the input's scale. */
#ifndef TK_CLAMP_H
#define TK_CLAMP_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_requantize.h"

typedef struct {
  int32_t count;
  /* -128 to 127. */
  int32_t min;
  int32_t max;
} tk_clamp_params;

/* Input and output have the same scale and zero point, and may be the same array. */
static TK_INLINE void tk_clamp_s8(const tk_clamp_params *params, const int8_t *input, int8_t *output) {
  for (int32_t i = 0; i < params->count; i++) output[i] = (int8_t)tk_clamp(input[i], params->min, params->max);
}

#endif
