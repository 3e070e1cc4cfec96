#ifndef TK_CONV_2D_H
#define TK_CONV_2D_H

#include <stdint.h>

#include "tk_requantize.h"
#include "tk_window.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  tk_window window;
  /* A filter sees in_c / groups channels of the input; out_c / groups filters in a row see the same ones. */
  int32_t group_in_c;
  int32_t group_out_c;
  /* Minus the input's zero point: -127 to 128. */
  int32_t input_offset;
  tk_requantization requantization;
} tk_conv_2d_params;

/* weights: [out_c, filter_h, filter_w, group_in_c]; bias: [out_c], or NULL. */
void tk_conv_2d_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights, const int32_t *bias,
                   int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
