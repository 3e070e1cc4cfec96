/* AVERAGE_POOL_2D: the mean of what is inside the input, halves rounded away from zero. One output pixel is in flight:
 * its channels are written in order, a few at a time, each after what they depend on has been read. */
#ifndef TK_AVERAGE_POOL_2D_H
#define TK_AVERAGE_POOL_2D_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_requantize.h"
#include "tk_window.h"

typedef struct {
  /* in_c and out_c are equal, dilation is 1. */
  tk_window window;
  int32_t min;
  int32_t max;
} tk_average_pool_2d_params;

enum { TK_POOL_LANES = 4 };

/* The part of a window that is inside the input. */
typedef struct {
  /* Its first pixel. */
  const int8_t *input;
  int32_t rows;
  int32_t columns;
} tk_pool_window;

/* Writes the sums of TK_POOL_LANES channels, or of one, from c on. */
typedef void (*tk_pool_sum)(const tk_window *w, const tk_pool_window *window, int32_t c, int32_t lanes, int32_t *sums);

static TK_INLINE int32_t tk_rounded_mean(int32_t sum, int32_t count) {
  return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

static TK_INLINE void tk_average_lanes(const tk_average_pool_2d_params *params, tk_pool_sum sum,
                                       const tk_pool_window *window, int32_t c, int32_t lanes, int8_t *output) {
  int32_t sums[TK_POOL_LANES];
  sum(&params->window, window, c, lanes, sums);
  for (int32_t i = 0; i < lanes; i++) {
    const int32_t mean = tk_rounded_mean(sums[i], window->rows * window->columns);
    output[c + i] = (int8_t)tk_clamp(mean, params->min, params->max);
  }
}

/* Writes all channels of an output pixel. */
typedef void (*tk_pool_pixel)(const tk_average_pool_2d_params *params, const tk_pool_window *window, int8_t *output);

static TK_INLINE void tk_each_pool_window(const tk_average_pool_2d_params *params, tk_pool_pixel pool,
                                          const int8_t *input, int8_t *output) {
  const tk_window *w = &params->window;
  for (int32_t batch = 0; batch < w->batches; batch++, input += w->in_h * w->in_w * w->in_c) {
    for (int32_t y = 0; y < w->out_h; y++) {
      const tk_span rows = tk_inside(y, w->stride_h, w->pad_top, w->filter_h, 1, w->in_h);
      for (int32_t x = 0; x < w->out_w; x++, output += w->out_c) {
        const tk_span columns = tk_inside(x, w->stride_w, w->pad_left, w->filter_w, 1, w->in_w);
        const int32_t first = (rows.origin + rows.begin) * w->in_w + columns.origin + columns.begin;
        const tk_pool_window window = {input + first * w->in_c, rows.end - rows.begin, columns.end - columns.begin};
        pool(params, &window, output);
      }
    }
  }
}

/* A few channels after the other. */
static TK_INLINE void tk_average_by_lanes(const tk_average_pool_2d_params *params, tk_pool_sum sum,
                                          const tk_pool_window *window, int8_t *output) {
  const int32_t out_c = params->window.out_c;
  const int32_t whole = out_c - out_c % TK_POOL_LANES;
  for (int32_t c = 0; c < whole; c += TK_POOL_LANES) tk_average_lanes(params, sum, window, c, TK_POOL_LANES, output);
  for (int32_t c = whole; c < out_c; c++) tk_average_lanes(params, sum, window, c, 1, output);
}

/* In plain C. */
static TK_INLINE void tk_pool_sum_plain(const tk_window *w, const tk_pool_window *window, int32_t c, int32_t lanes,
                                        int32_t *sums) {
  int32_t sum[TK_POOL_LANES] = {0, 0, 0, 0};
  for (int32_t y = 0; y < window->rows; y++) {
    const int8_t *pixel = window->input + y * w->in_w * w->in_c + c;
    for (int32_t x = 0; x < window->columns; x++, pixel += w->in_c) {
      TK_UNROLL
      for (int32_t i = 0; i < lanes; i++) sum[i] += pixel[i];
    }
  }
  for (int32_t i = 0; i < lanes; i++) sums[i] = sum[i];
}

static TK_INLINE void tk_average_pixel_plain(const tk_average_pool_2d_params *params, const tk_pool_window *window,
                                             int8_t *output) {
  tk_average_by_lanes(params, tk_pool_sum_plain, window, output);
}

/* Input and output have the same quantization. */
static TK_INLINE void tk_average_pool_2d_s8(const tk_average_pool_2d_params *params, const int8_t *input,
                                            int8_t *output) {
  tk_each_pool_window(params, tk_average_pixel_plain, input, output);
}

#endif
