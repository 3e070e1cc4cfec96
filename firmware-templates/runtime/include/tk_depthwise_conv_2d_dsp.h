/* DEPTHWISE_CONV_2D with the DSP extension, four channels at a time; depth_multiplier is 1. */
#ifndef TK_DEPTHWISE_CONV_2D_DSP_H
#define TK_DEPTHWISE_CONV_2D_DSP_H

#include <stdint.h>

#include "tk_depthwise_conv_2d.h"

typedef tk_depthwise_conv_2d_params tk_depthwise_conv_2d_dsp_params;

static TK_INLINE void tk_add_taps_dsp(const tk_depthwise_conv_2d_params *params, const tk_taps *taps, int32_t c,
                                      int32_t lanes, int32_t *sums) {
  const tk_window *w = &params->window;
  const uint32_t offsets = tk_pair(params->input_offset, params->input_offset);
  if (lanes < TK_LANES) {
    tk_add_taps_plain(params, taps, c, lanes, sums);
    return;
  }
  TK_UNROLL
  for (int32_t y = 0; y < taps->rows; y++) {
    const int8_t *x = taps->input + y * w->dilation_h * w->in_w * w->in_c + c;
    const int8_t *f = taps->weights + y * w->filter_w * w->out_c + c;
    TK_UNROLL
    for (int32_t tap = 0; tap < taps->columns; tap++, x += w->dilation_w * w->in_c, f += w->out_c) {
      const uint32_t inputs = tk_load_word(x);
      const uint32_t filters = tk_load_word(f);
      const uint32_t even = tk_offset_even_bytes(offsets, inputs);
      const uint32_t odd = tk_offset_odd_bytes(offsets, inputs);
      const uint32_t even_filters = tk_even_bytes(filters);
      const uint32_t odd_filters = tk_odd_bytes(filters);
      sums[0] = tk_add_low(sums[0], even, even_filters);
      sums[1] = tk_add_low(sums[1], odd, odd_filters);
      sums[2] = tk_add_high(sums[2], even, even_filters);
      sums[3] = tk_add_high(sums[3], odd, odd_filters);
      TK_IN_ORDER;
    }
  }
}

/* weights, bias, multiplier, shift: as for tk_depthwise_conv_2d_s8(). */
static TK_INLINE void tk_depthwise_conv_2d_dsp_s8(const tk_depthwise_conv_2d_params *params, const int8_t *input,
                                                  const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                                  const int8_t *shift, int8_t *output) {
  const tk_channels channels = {bias, multiplier, shift};
  tk_depthwise(params, tk_add_taps_dsp, input, weights, &channels, output);
}

#endif
