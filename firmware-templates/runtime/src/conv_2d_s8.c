/* CONV_2D: one output pixel at a time, one output channel at a time, over the part of the window inside the input. */
#include "tk_requantize.h"
#include "tk_runtime.h"
#include "tk_window.h"

/* The sum of one filter row's `count` products. */
static int32_t dot(const int8_t *input, const int8_t *weights, int32_t count, int32_t input_offset, int32_t sum) {
  for (int32_t i = 0; i < count; i++) sum += (input[i] + input_offset) * weights[i];
  return sum;
}

static int32_t window_sum(const tk_conv_2d_params *params, tk_span rows, tk_span columns, const int8_t *input,
                          const int8_t *filter, int32_t sum) {
  const tk_window *w = &params->window;
  /* Without dilation, the filter's columns lie side by side in the input as they do in the weights. */
  const int32_t side_by_side = w->dilation_w == 1 ? columns.end - columns.begin : 1;
  for (int32_t y = rows.begin; y < rows.end; y++) {
    const int8_t *row = input + (rows.origin + y * w->dilation_h) * w->in_w * w->in_c;
    for (int32_t x = columns.begin; x < columns.end; x += side_by_side) {
      const int8_t *pixel = row + (columns.origin + x * w->dilation_w) * w->in_c;
      const int8_t *weights = filter + (y * w->filter_w + x) * w->in_c;
      sum = dot(pixel, weights, side_by_side * w->in_c, params->input_offset, sum);
    }
  }
  return sum;
}

void tk_conv_2d_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights, const int32_t *bias,
                   int8_t *output) {
  const tk_window *w = &params->window;
  const tk_requantization *r = &params->requantization;
  const int32_t filter_size = w->filter_h * w->filter_w * w->in_c;
  for (int32_t y = 0; y < w->out_h; y++) {
    const tk_span rows = tk_inside(y, w->stride_h, w->pad_top, w->filter_h, w->dilation_h, w->in_h);
    for (int32_t x = 0; x < w->out_w; x++) {
      const tk_span columns = tk_inside(x, w->stride_w, w->pad_left, w->filter_w, w->dilation_w, w->in_w);
      for (int32_t c = 0; c < w->out_c; c++) {
        const int32_t sum = window_sum(params, rows, columns, input, weights + c * filter_size, bias[c]);
        const int32_t scaled = tk_requantize(sum, r->multiplier[c], r->shift[c]) + r->output_offset;
        *output++ = (int8_t)tk_clamp(scaled, r->min, r->max);
      }
    }
  }
}
