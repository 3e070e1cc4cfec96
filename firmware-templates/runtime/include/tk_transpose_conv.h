#ifndef TK_TRANSPOSE_CONV_H
#define TK_TRANSPOSE_CONV_H

#include <stdint.h>

#include "tk_requantize.h"
#include "tk_window.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  /* Of the convolution that leads from the output back to the input: padding is around the output, dilation is 1. */
  tk_window window;
  int32_t input_offset;
  tk_requantization requantization;
} tk_transpose_conv_params;

/* weights: [out_c, filter_h, filter_w, in_c]; bias: [out_c], or NULL. */
void tk_transpose_conv_s8(const tk_transpose_conv_params *params, const int8_t *input, const int8_t *weights,
                          const int32_t *bias, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
