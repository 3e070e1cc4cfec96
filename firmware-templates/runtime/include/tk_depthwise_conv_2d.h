/* DEPTHWISE_CONV_2D: each input channel meets its own depth_multiplier filters; a block of output channels at a time. */
#ifndef TK_DEPTHWISE_CONV_2D_H
#define TK_DEPTHWISE_CONV_2D_H

#include <stdint.h>

#include "tk_block.h"
#include "tk_inline.h"
#include "tk_requantize.h"
#include "tk_window.h"

typedef struct {
  tk_window window;
  int32_t input_offset;
  tk_requantization requantization;
  /* out_c / in_c. */
  int32_t depth_multiplier;
} tk_depthwise_conv_2d_params;

/* Adds one filter row's taps. input: under the first tap, the block's first input channel; weights: the first tap of
 * the block's first channel. */
static inline void tk_depthwise_add_taps(const tk_depthwise_conv_2d_params *params, const int8_t *input,
                                         const int8_t *weights, int32_t taps, tk_block *block) {
  const int32_t input_step = params->window.dilation_w * params->window.in_c;
  const int32_t weights_step = params->window.out_c;
  const int32_t offset = params->input_offset;
  const int32_t w1 = block->lanes[1], w2 = block->lanes[2], w3 = block->lanes[3];
  /* A block lies on input channels side by side, or on one alone. */
  const int32_t spread = params->depth_multiplier == 1 ? 1 : 0;
  const int32_t i1 = w1 * spread, i2 = w2 * spread, i3 = w3 * spread;
  int32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
  for (int32_t tap = 0; tap < taps; tap++) {
    const int8_t *x = input + tap * input_step;
    const int8_t *w = weights + tap * weights_step;
    sum0 += (x[0] + offset) * w[0];
    sum1 += (x[i1] + offset) * w[w1];
    sum2 += (x[i2] + offset) * w[w2];
    sum3 += (x[i3] + offset) * w[w3];
  }
  tk_block_add(block, sum0, sum1, sum2, sum3);
}

static inline void tk_depthwise_add_window(const tk_depthwise_conv_2d_params *params, tk_span rows, tk_span columns,
                                           const int8_t *input, const int8_t *weights, tk_block *block) {
  const tk_window *w = &params->window;
  const int32_t taps = columns.end - columns.begin;
  if (taps <= 0) return; /* A dilated window may step over a narrow input. */
  const int32_t in_c = block->first / params->depth_multiplier;
  const int32_t in_x = columns.origin + columns.begin * w->dilation_w;
  for (int32_t y = rows.begin; y < rows.end; y++) {
    const int32_t in_y = rows.origin + y * w->dilation_h;
    const int32_t in_at = (in_y * w->in_w + in_x) * w->in_c + in_c;
    const int32_t weights_at = (y * w->filter_w + columns.begin) * w->out_c + block->first;
    tk_depthwise_add_taps(params, input + in_at, weights + weights_at, taps, block);
  }
}

/* The end of the block that begins at channel c. With several filters for an input channel, a block keeps to one. */
static inline int32_t tk_depthwise_block_end(const tk_depthwise_conv_2d_params *params, int32_t c) {
  const int32_t m = params->depth_multiplier;
  return m == 1 ? params->window.out_c : (c / m + 1) * m;
}

/* One output pixel. input: the whole of one image. */
static inline void tk_depthwise_pixel(const tk_depthwise_conv_2d_params *params, tk_span rows, tk_span columns,
                                      const int8_t *input, const int8_t *weights, const int32_t *bias, int8_t *output) {
  for (int32_t c = 0; c < params->window.out_c;) {
    tk_block block = tk_block_begin(bias, c, tk_depthwise_block_end(params, c), 1);
    tk_depthwise_add_window(params, rows, columns, input, weights, &block);
    c += tk_block_end(&block, &params->requantization, output);
  }
}

/* weights: [filter_h, filter_w, out_c]; bias: [out_c], or NULL. */
static TK_INLINE void tk_depthwise_conv_2d_s8(const tk_depthwise_conv_2d_params *params, const int8_t *input,
                                              const int8_t *weights, const int32_t *bias, int8_t *output) {
  const tk_window *w = &params->window;
  for (int32_t batch = 0; batch < w->batches; batch++, input += w->in_h * w->in_w * w->in_c) {
    for (int32_t y = 0; y < w->out_h; y++) {
      const tk_span rows = tk_inside(y, w->stride_h, w->pad_top, w->filter_h, w->dilation_h, w->in_h);
      for (int32_t x = 0; x < w->out_w; x++, output += w->out_c) {
        const tk_span columns = tk_inside(x, w->stride_w, w->pad_left, w->filter_w, w->dilation_w, w->in_w);
        tk_depthwise_pixel(params, rows, columns, input, weights, bias, output);
      }
    }
  }
}

#endif
