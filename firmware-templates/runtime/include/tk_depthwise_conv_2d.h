#ifndef TK_DEPTHWISE_CONV_2D_H
#define TK_DEPTHWISE_CONV_2D_H

#include <stdint.h>

#include "tk_requantize.h"
#include "tk_window.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  tk_window window;
  int32_t input_offset;
  tk_requantization requantization;
  /* out_c / in_c. */
  int32_t depth_multiplier;
} tk_depthwise_conv_2d_params;

/* weights: [filter_h, filter_w, out_c]; bias: [out_c], or NULL. */
void tk_depthwise_conv_2d_s8(const tk_depthwise_conv_2d_params *params, const int8_t *input, const int8_t *weights,
                             const int32_t *bias, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
