/* MAX_POOL_2D: the largest of what is inside the input. */
#ifndef TK_MAX_POOL_2D_H
#define TK_MAX_POOL_2D_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_requantize.h"
#include "tk_window.h"

typedef struct {
  /* in_c and out_c are equal, dilation is 1. */
  tk_window window;
  int32_t min;
  int32_t max;
} tk_max_pool_2d_params;

static inline int32_t tk_window_max(const tk_window *w, tk_span rows, tk_span columns, const int8_t *input) {
  int32_t max = -128;
  for (int32_t y = rows.begin; y < rows.end; y++) {
    const int8_t *pixel = input + ((rows.origin + y) * w->in_w + columns.origin + columns.begin) * w->in_c;
    for (int32_t x = columns.begin; x < columns.end; x++, pixel += w->in_c) {
      if (*pixel > max) max = *pixel;
    }
  }
  return max;
}

/* Returns where the next batch's output begins. */
static inline int8_t *tk_max_pool_2d_pool(const tk_max_pool_2d_params *params, const int8_t *input, int8_t *output) {
  const tk_window *w = &params->window;
  for (int32_t y = 0; y < w->out_h; y++) {
    const tk_span rows = tk_inside(y, w->stride_h, w->pad_top, w->filter_h, 1, w->in_h);
    for (int32_t x = 0; x < w->out_w; x++) {
      const tk_span columns = tk_inside(x, w->stride_w, w->pad_left, w->filter_w, 1, w->in_w);
      for (int32_t c = 0; c < w->in_c; c++) {
        *output++ = (int8_t)tk_clamp(tk_window_max(w, rows, columns, input + c), params->min, params->max);
      }
    }
  }
  return output;
}

/* The largest of the elements that are inside the input; input and output have the same quantization. */
static TK_INLINE void tk_max_pool_2d_s8(const tk_max_pool_2d_params *params, const int8_t *input, int8_t *output) {
  const tk_window *w = &params->window;
  for (int32_t batch = 0; batch < w->batches; batch++, input += w->in_h * w->in_w * w->in_c) {
    output = tk_max_pool_2d_pool(params, input, output);
  }
}

#endif
