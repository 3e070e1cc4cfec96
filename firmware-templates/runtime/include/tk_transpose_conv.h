/* TRANSPOSE_CONV: each output pixel gathers the input pixels whose filters reach it, one block of its channels at a
 * time. */
#ifndef TK_TRANSPOSE_CONV_H
#define TK_TRANSPOSE_CONV_H

#include <stdint.h>

#include "tk_block.h"
#include "tk_inline.h"
#include "tk_requantize.h"
#include "tk_window.h"

typedef struct {
  /* Of the convolution that leads from the output back to the input: padding is around the output, dilation is 1. */
  tk_window window;
  int32_t input_offset;
  tk_requantization requantization;
} tk_transpose_conv_params;

/* Input positions that reach one output position: `place - k` does through filter position `tap + k * stride`, for k
 * from 0 to count - 1. */
typedef struct {
  int32_t place;
  int32_t tap;
  int32_t count;
} tk_reach;

static inline tk_reach tk_reaching(int32_t out, int32_t stride, int32_t pad, int32_t filter, int32_t size) {
  tk_reach r;
  r.place = (out + pad) / stride;
  r.tap = (out + pad) % stride;
  if (r.place >= size) {
    r.tap += (r.place - size + 1) * stride;
    r.place = size - 1;
  }
  r.count = r.tap < filter ? (filter - r.tap - 1) / stride + 1 : 0;
  if (r.count > r.place + 1) r.count = r.place + 1;
  return r;
}

static inline void tk_transpose_conv_add(const tk_transpose_conv_params *params, tk_reach rows, tk_reach columns,
                                         const int8_t *input, const int8_t *weights, tk_block *block) {
  const tk_window *w = &params->window;
  for (int32_t y = 0; y < rows.count; y++) {
    const int32_t row = (rows.place - y) * w->in_w;
    const int32_t tap_row = (rows.tap + y * w->stride_h) * w->filter_w;
    for (int32_t x = 0; x < columns.count; x++) {
      const int8_t *pixel = input + (row + columns.place - x) * w->in_c;
      const int8_t *tap = weights + (tap_row + columns.tap + x * w->stride_w) * w->in_c;
      tk_block_dot(block, pixel, params->input_offset, tap, w->in_c);
    }
  }
}

/* One output pixel. input: the whole of one image. */
static inline void tk_transpose_conv_pixel(const tk_transpose_conv_params *params, tk_reach rows, tk_reach columns,
                                           const int8_t *input, const int8_t *weights, const int32_t *bias,
                                           int8_t *output) {
  const tk_window *w = &params->window;
  const int32_t filter_size = w->filter_h * w->filter_w * w->in_c;
  for (int32_t c = 0; c < w->out_c;) {
    tk_block block = tk_block_begin(bias, c, w->out_c, filter_size);
    tk_transpose_conv_add(params, rows, columns, input, weights + c * filter_size, &block);
    c += tk_block_end(&block, &params->requantization, output);
  }
}

/* weights: [out_c, filter_h, filter_w, in_c]; bias: [out_c], or NULL. */
static TK_INLINE void tk_transpose_conv_s8(const tk_transpose_conv_params *params, const int8_t *input,
                                           const int8_t *weights, const int32_t *bias, int8_t *output) {
  const tk_window *w = &params->window;
  for (int32_t batch = 0; batch < w->batches; batch++, input += w->in_h * w->in_w * w->in_c) {
    for (int32_t y = 0; y < w->out_h; y++) {
      const tk_reach rows = tk_reaching(y, w->stride_h, w->pad_top, w->filter_h, w->in_h);
      for (int32_t x = 0; x < w->out_w; x++, output += w->out_c) {
        const tk_reach columns = tk_reaching(x, w->stride_w, w->pad_left, w->filter_w, w->in_w);
        tk_transpose_conv_pixel(params, rows, columns, input, weights, bias, output);
      }
    }
  }
}

#endif
