/* CONV_2D: one output pixel at a time, one block of its channels at a time, over the part of the window inside the
 * input. */
#ifndef TK_CONV_2D_H
#define TK_CONV_2D_H

#include <stdint.h>

#include "tk_block.h"
#include "tk_inline.h"
#include "tk_requantize.h"
#include "tk_window.h"

typedef struct {
  tk_window window;
  /* A filter sees in_c / groups channels of the input; out_c / groups filters in a row see the same ones. */
  int32_t group_in_c;
  int32_t group_out_c;
  /* Minus the input's zero point: -127 to 128. */
  int32_t input_offset;
  tk_requantization requantization;
} tk_conv_2d_params;

/* input: the block's first channel of the first pixel; weights: the first tap of the block's first channel. */
static inline void tk_conv_2d_add_window(const tk_conv_2d_params *params, tk_span rows, tk_span columns,
                                         const int8_t *input, const int8_t *weights, tk_block *block) {
  const tk_window *w = &params->window;
  const int32_t depth = params->group_in_c;
  /* Without dilation and groups, the filter's columns lie side by side in the input as they do in the weights. */
  const int32_t side_by_side = w->dilation_w == 1 && depth == w->in_c ? columns.end - columns.begin : 1;
  for (int32_t y = rows.begin; y < rows.end; y++) {
    const int32_t row = (rows.origin + y * w->dilation_h) * w->in_w;
    for (int32_t x = columns.begin; x < columns.end; x += side_by_side) {
      const int32_t pixel = row + columns.origin + x * w->dilation_w;
      const int8_t *tap = weights + (y * w->filter_w + x) * depth;
      tk_block_dot(block, input + pixel * w->in_c, params->input_offset, tap, side_by_side * depth);
    }
  }
}

/* One output pixel. input: the whole of one image. */
static inline void tk_conv_2d_pixel(const tk_conv_2d_params *params, tk_span rows, tk_span columns, const int8_t *input,
                                    const int8_t *weights, const int32_t *bias, int8_t *output) {
  const int32_t filter_size = params->window.filter_h * params->window.filter_w * params->group_in_c;
  int32_t c = 0;
  for (int32_t end = params->group_out_c; end <= params->window.out_c; end += params->group_out_c) {
    while (c < end) {
      tk_block block = tk_block_begin(bias, c, end, filter_size);
      tk_conv_2d_add_window(params, rows, columns, input, weights + c * filter_size, &block);
      c += tk_block_end(&block, &params->requantization, output);
    }
    input += params->group_in_c;
  }
}

/* weights: [out_c, filter_h, filter_w, group_in_c]; bias: [out_c], or NULL. */
static TK_INLINE void tk_conv_2d_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights,
                                    const int32_t *bias, int8_t *output) {
  const tk_window *w = &params->window;
  for (int32_t batch = 0; batch < w->batches; batch++, input += w->in_h * w->in_w * w->in_c) {
    for (int32_t y = 0; y < w->out_h; y++) {
      const tk_span rows = tk_inside(y, w->stride_h, w->pad_top, w->filter_h, w->dilation_h, w->in_h);
      for (int32_t x = 0; x < w->out_w; x++, output += w->out_c) {
        const tk_span columns = tk_inside(x, w->stride_w, w->pad_left, w->filter_w, w->dilation_w, w->in_w);
        tk_conv_2d_pixel(params, rows, columns, input, weights, bias, output);
      }
    }
  }
}

#endif
