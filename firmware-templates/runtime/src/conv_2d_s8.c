/* CONV_2D: one output pixel at a time, one block of its channels at a time, over the part of the window inside the
 * input. */
#include "tk_conv_2d.h"

#include "tk_block.h"
#include "tk_window.h"

static void add_window(const tk_conv_2d_params *params, tk_span rows, tk_span columns, const int8_t *input,
                       const int8_t *weights, tk_block *block) {
  const tk_window *w = &params->window;
  /* Without dilation, the filter's columns lie side by side in the input as they do in the weights. */
  const int32_t side_by_side = w->dilation_w == 1 ? columns.end - columns.begin : 1;
  for (int32_t y = rows.begin; y < rows.end; y++) {
    const int32_t row = (rows.origin + y * w->dilation_h) * w->in_w;
    for (int32_t x = columns.begin; x < columns.end; x += side_by_side) {
      const int32_t pixel = row + columns.origin + x * w->dilation_w;
      const int8_t *tap = weights + (y * w->filter_w + x) * w->in_c;
      tk_block_dot(block, input + pixel * w->in_c, params->input_offset, tap, side_by_side * w->in_c);
    }
  }
}

void tk_conv_2d_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights, const int32_t *bias,
                   int8_t *output) {
  const tk_window *w = &params->window;
  const int32_t filter_size = w->filter_h * w->filter_w * w->in_c;
  for (int32_t y = 0; y < w->out_h; y++) {
    const tk_span rows = tk_inside(y, w->stride_h, w->pad_top, w->filter_h, w->dilation_h, w->in_h);
    for (int32_t x = 0; x < w->out_w; x++, output += w->out_c) {
      const tk_span columns = tk_inside(x, w->stride_w, w->pad_left, w->filter_w, w->dilation_w, w->in_w);
      for (int32_t c = 0; c < w->out_c;) {
        tk_block block = tk_block_begin(bias, c, w->out_c, filter_size);
        add_window(params, rows, columns, input, weights + c * filter_size, &block);
        c += tk_block_end(&block, &params->requantization, output);
      }
    }
  }
}
