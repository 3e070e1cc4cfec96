/* DEPTHWISE_CONV_2D: each input channel meets its own depth_multiplier filters. One output pixel is in flight: its
 * channels are written in order, a few at a time, each after what they depend on has been read. */
#ifndef TK_DEPTHWISE_CONV_2D_H
#define TK_DEPTHWISE_CONV_2D_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_output.h"
#include "tk_simd.h"
#include "tk_tap_rows.h"
#include "tk_window.h"

typedef struct {
  tk_window window;
  /* Minus the input's zero point: -127 to 128. */
  int32_t input_offset;
  /* out_c / in_c. */
  int32_t depth_multiplier;
  tk_output output;
} tk_depthwise_conv_2d_params;

enum { TK_LANES = 4 };

/* The taps of one output pixel that are inside the input. */
typedef struct {
  /* The input channels and the weights of the first one. */
  const int8_t *input;
  const int8_t *weights;
  int32_t rows;
  int32_t columns;
} tk_taps;

/* Adds the products of TK_LANES channels, or of `lanes`, from output channel c on. */
typedef void (*tk_add_taps)(const tk_depthwise_conv_2d_params *params, const tk_taps *taps, int32_t c, int32_t lanes,
                            int32_t *sums);

static TK_PART void tk_depthwise_lanes(const tk_depthwise_conv_2d_params *params, tk_add_taps add, const tk_taps *taps,
                                       const tk_channels *channels, int32_t c, int32_t lanes, int8_t *output) {
  int32_t sums[TK_LANES];
  TK_UNROLL
  for (int32_t i = 0; i < lanes; i++) sums[i] = tk_bias_of(channels, c + i);
  add(params, taps, c, lanes, sums);
  TK_UNROLL
  for (int32_t i = 0; i < lanes; i++) {
    output[c + i] = tk_output_of(&params->output, sums[i], tk_scale_of(&params->output, channels, c + i));
  }
}

static TK_INLINE void tk_depthwise_pixel(const tk_depthwise_conv_2d_params *params, tk_add_taps add,
                                         const tk_taps *taps, const tk_channels *channels, int8_t *output) {
  const int32_t out_c = params->window.out_c;
  const int32_t whole = out_c - out_c % TK_LANES;
  for (int32_t c = 0; c < whole; c += TK_LANES) {
    tk_depthwise_lanes(params, add, taps, channels, c, TK_LANES, output);
  }
  for (int32_t c = whole; c < out_c; c++) tk_depthwise_lanes(params, add, taps, channels, c, 1, output);
}

static TK_INLINE void tk_depthwise(const tk_depthwise_conv_2d_params *params, tk_add_taps add, const int8_t *input,
                                   const int8_t *weights, const tk_channels *channels, int8_t *output) {
  const tk_window *w = &params->window;
  for (int32_t row = 0; row < w->batches * w->out_h; row++) {
    const int32_t y = w->batches == 1 ? row : row % w->out_h;
    const int8_t *const image = input + (w->batches == 1 ? 0 : row / w->out_h * (w->in_h * w->in_w * w->in_c));
    const tk_span rows = tk_inside(y, w->stride_h, w->pad_top, w->filter_h, w->dilation_h, w->in_h);
    for (int32_t x = 0; x < w->out_w; x++, output += w->out_c) {
      const tk_span columns = tk_inside(x, w->stride_w, w->pad_left, w->filter_w, w->dilation_w, w->in_w);
      const int32_t in_y = rows.origin + rows.begin * w->dilation_h;
      const int32_t in_x = columns.origin + columns.begin * w->dilation_w;
      const int8_t *const inputs = image + (in_y * w->in_w + in_x) * w->in_c;
      const int8_t *const filters = weights + (rows.begin * w->filter_w + columns.begin) * w->out_c;
      const tk_taps all = {inputs, filters, w->filter_h, w->filter_w};
      const tk_taps some = {inputs, filters, rows.end - rows.begin, columns.end - columns.begin};
      /* With constant sizes where all taps are inside, so that their loops can be unrolled. */
      if (!TK_IS_THUMB1 && some.rows == w->filter_h && some.columns == w->filter_w) {
        tk_depthwise_pixel(params, add, &all, channels, output);
      } else {
        tk_depthwise_pixel(params, add, &some, channels, output);
      }
    }
  }
}

/* In plain C. */
static TK_INLINE void tk_add_taps_plain(const tk_depthwise_conv_2d_params *params, const tk_taps *taps, int32_t c,
                                        int32_t lanes, int32_t *sums) {
  const tk_window *w = &params->window;
  const int32_t m = params->depth_multiplier;
  for (int32_t y = 0; y < taps->rows; y++) {
    const int8_t *x = taps->input + y * w->dilation_h * w->in_w * w->in_c;
    const int8_t *f = taps->weights + y * w->filter_w * w->out_c + c;
    TK_UNROLL
    for (int32_t tap = 0; tap < taps->columns; tap++, x += w->dilation_w * w->in_c, f += w->out_c) {
      TK_UNROLL
      for (int32_t i = 0; i < lanes; i++) {
        sums[i] = tk_add_product(sums[i], x[(c + i) / m] + params->input_offset, f[i]);
      }
      TK_IN_ORDER;
    }
  }
}

/* In plain C, or where there are few registers, by tk_tap_rows.h. */
static TK_INLINE void tk_add_taps_any(const tk_depthwise_conv_2d_params *params, const tk_taps *taps, int32_t c,
                                      int32_t lanes, int32_t *sums) {
#if TK_IS_THUMB1
  const tk_window *w = &params->window;
  const int32_t row_size = taps->columns * w->out_c;
  if (lanes == TK_LANES && params->depth_multiplier == 1 && w->dilation_w == 1 && taps->rows > 0 && row_size > 0) {
    const tk_tap_rows rows = {taps->rows,
                              row_size,
                              w->out_c,
                              params->input_offset,
                              w->dilation_h * w->in_w * w->in_c - row_size,
                              w->filter_w * w->out_c - row_size};
    tk_add_tap_rows(taps->input + c, taps->weights + c, &rows, sums);
    return;
  }
#endif
  tk_add_taps_plain(params, taps, c, lanes, sums);
}

/* weights: [filter_h, filter_w, out_c]; bias: [out_c], or NULL; multiplier, shift: as in tk_output.h. */
static TK_INLINE void tk_depthwise_conv_2d_s8(const tk_depthwise_conv_2d_params *params, const int8_t *input,
                                              const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                              const int8_t *shift, int8_t *output) {
  const tk_channels channels = {bias, multiplier, shift};
  tk_depthwise(params, tk_add_taps_any, input, weights, &channels, output);
}

#endif
