/* CONV_2D with the DSP extension: three output pixels in flight (see tk_convolve.h), weights as in tk_dual.h. */
#ifndef TK_CONV_2D_DSP_H
#define TK_CONV_2D_DSP_H

#include <stdint.h>

#include "tk_convolve.h"
#include "tk_dual.h"

typedef tk_conv_2d_params tk_conv_2d_dsp_params;

/* Behind the unpacked pixels. */
static TK_INLINE int8_t *tk_dual_gather_at(void *patch, int32_t depth, int32_t pixel) {
  (void)pixel;
  return (int8_t *)((int32_t *)patch + TK_DUAL_PIXELS * (2 * (depth / 4) + depth % 4));
}

static TK_INLINE int32_t tk_dual_unpack_pixel(const int8_t *bytes, int32_t depth, int32_t pixel, void *patch) {
  return tk_dual_unpack(bytes, depth, (int32_t *)patch + pixel);
}

static TK_INLINE void tk_dual_dot_rows(const void *patch, const int8_t *weights, int32_t depth, int32_t rows,
                                       int32_t row, int32_t count, int32_t *sums) {
  const int32_t *const pixels = (const int32_t *)patch;
  const int32_t words = depth / 4;
  const int32_t rest = depth % 4;
  const int8_t *const first = weights + row * words * 4;
  if (count == TK_DUAL_ROWS && words > 0) tk_dual_dot(pixels, first, words, sums);
  if (count == 1) tk_dual_dot_last(pixels, first, words, sums);
  tk_dual_add_rest(pixels + words * 2 * TK_DUAL_PIXELS, weights + rows * words * 4 + row * rest, rest, count, sums);
}

/* weights: group by group, rows [group_out_c] of [filter_h, filter_w, group_in_c]; bias: [out_c], or NULL. patch: 3 *
 * (2 * (depth / 4) + depth % 4) words, and behind them `depth` bytes where the input does not have those of a window
 * together. */
static TK_INLINE void tk_conv_2d_dsp_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights,
                                        const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                                        int32_t *patch, int8_t *output) {
  static const tk_multiplier dual = {TK_DUAL_PIXELS, tk_dual_gather_at, tk_dual_unpack_pixel, tk_dual_dot_rows};
  const tk_channels channels = {bias, multiplier, shift};
  tk_convolve(params, &dual, input, weights, &channels, patch, output);
}

#endif
