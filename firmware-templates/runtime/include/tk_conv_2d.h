/* CONV_2D in plain C: two output pixels in flight (see tk_convolve.h), weights as they are. */
#ifndef TK_CONV_2D_H
#define TK_CONV_2D_H

#include <stdint.h>

#include "tk_convolve.h"

enum { TK_PLAIN_PIXELS = 2 };

static TK_INLINE int8_t *tk_plain_gather_at(void *patch, int32_t depth, int32_t pixel) {
  return (int8_t *)patch + pixel * depth;
}

static TK_INLINE int32_t tk_plain_unpack(const int8_t *bytes, int32_t depth, int32_t pixel, void *patch) {
  int8_t *const to = (int8_t *)patch + pixel * depth;
  if (bytes != to) tk_copy_bytes(to, bytes, depth);
  return 0;
}

/* Two rows with two pixels, or one row with both. */
static TK_INLINE void tk_plain_dot(const void *patch, const int8_t *weights, int32_t depth, int32_t rows, int32_t row,
                                   int32_t count, tk_sums *sums) {
  const int8_t *const pixel0 = (const int8_t *)patch;
  const int8_t *const pixel1 = pixel0 + depth;
  const int8_t *const row0 = weights + row * depth;
  const int8_t *const row1 = row0 + (count - 1) * depth;
  int32_t sum00 = sums->bias[0], sum01 = sum00;
  int32_t sum10 = sums->bias[count - 1], sum11 = sum10;
  (void)rows;
  for (int32_t k = 0; k < depth; k++) {
    const int32_t x0 = pixel0[k], x1 = pixel1[k];
    sum00 = tk_add_product(sum00, row0[k], x0);
    sum01 = tk_add_product(sum01, row0[k], x1);
    sum10 = tk_add_product(sum10, row1[k], x0);
    sum11 = tk_add_product(sum11, row1[k], x1);
  }
  sums->sums[0] = sum00;
  sums->sums[1] = sum01;
  sums->sums[2] = sum10;
  sums->sums[3] = sum11;
}

static TK_INLINE void tk_plain_multiply(const tk_conv_2d_params *params, tk_flight *flight, const int8_t *weights,
                                        const tk_channels *channels, int32_t first, int32_t count, int8_t *output) {
  static const tk_summation how = {TK_PLAIN_PIXELS, tk_plain_dot};
  tk_multiply_by_sums(params, &how, flight, weights, channels, first, count, output);
}

/* weights: [out_c, filter_h, filter_w, group_in_c]; bias: [out_c], or NULL. patch: the bytes under two windows. */
static TK_INLINE void tk_conv_2d_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights,
                                    const int32_t *bias, const int32_t *multiplier, const int8_t *shift, int8_t *patch,
                                    int8_t *output) {
  static const tk_multiplier plain = {TK_PLAIN_PIXELS, tk_plain_gather_at, tk_plain_unpack, tk_plain_multiply};
  const tk_channels channels = {bias, multiplier, shift};
  tk_convolve(params, &plain, input, weights, &channels, patch, output);
}

#endif
