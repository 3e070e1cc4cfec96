/* DEPTHWISE_CONV_2D: each input channel meets its own depth_multiplier filters. */
#include "tk_requantize.h"
#include "tk_runtime.h"
#include "tk_window.h"

/* input: the channel's element of the first pixel; filter: the output channel's weight of the first tap. */
static int32_t window_sum(const tk_depthwise_conv_2d_params *params, tk_span rows, tk_span columns,
                          const int8_t *input, const int8_t *filter, int32_t sum) {
  const tk_window *w = &params->window;
  const int32_t input_step = w->dilation_w * w->in_c;
  for (int32_t y = rows.begin; y < rows.end; y++) {
    const int32_t in_y = rows.origin + y * w->dilation_h;
    const int32_t in_x = columns.origin + columns.begin * w->dilation_w;
    const int8_t *pixel = input + (in_y * w->in_w + in_x) * w->in_c;
    const int8_t *weight = filter + (y * w->filter_w + columns.begin) * w->out_c;
    for (int32_t x = columns.begin; x < columns.end; x++) {
      sum += (*pixel + params->input_offset) * *weight;
      pixel += input_step;
      weight += w->out_c;
    }
  }
  return sum;
}

static void pixel_outputs(const tk_depthwise_conv_2d_params *params, tk_span rows, tk_span columns,
                          const int8_t *input, const int8_t *weights, const int32_t *bias, int8_t *output) {
  const tk_requantization *r = &params->requantization;
  int32_t out = 0;
  for (int32_t in = 0; in < params->window.in_c; in++) {
    for (int32_t m = 0; m < params->depth_multiplier; m++, out++) {
      const int32_t sum = window_sum(params, rows, columns, input + in, weights + out, bias[out]);
      const int32_t scaled = tk_requantize(sum, r->multiplier[out], r->shift[out]) + r->output_offset;
      output[out] = (int8_t)tk_clamp(scaled, r->min, r->max);
    }
  }
}

void tk_depthwise_conv_2d_s8(const tk_depthwise_conv_2d_params *params, const int8_t *input, const int8_t *weights,
                             const int32_t *bias, int8_t *output) {
  const tk_window *w = &params->window;
  for (int32_t y = 0; y < w->out_h; y++) {
    const tk_span rows = tk_inside(y, w->stride_h, w->pad_top, w->filter_h, w->dilation_h, w->in_h);
    for (int32_t x = 0; x < w->out_w; x++) {
      const tk_span columns = tk_inside(x, w->stride_w, w->pad_left, w->filter_w, w->dilation_w, w->in_w);
      pixel_outputs(params, rows, columns, input, weights, bias, output);
      output += w->out_c;
    }
  }
}
