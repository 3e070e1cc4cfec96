/* CONV_2D on any core: three output pixels in flight (see tk_convolve.h), weights as they are, products as in
 * tk_triple.h. */
#ifndef TK_CONV_2D_H
#define TK_CONV_2D_H

#include <stdint.h>

#include "tk_convolve.h"
#include "tk_triple.h"

/* The first pixel's bytes lie where the last taps come, for which the last ones of them make place. */
static TK_INLINE int8_t *tk_triple_gather_at(void *patch, int32_t depth, int32_t pixel) {
  return (int8_t *)patch + (4 * TK_TRIPLE_WORDS - 1 + pixel) * depth;
}

static TK_INLINE void tk_triple_unpack_all(const int8_t *const *bytes, int32_t depth, void *patch) {
  tk_triple_unpack(bytes[0], bytes[1], bytes[2], depth, (uint32_t *)patch);
}

static TK_INLINE void tk_triple_dot_rows(const void *patch, const int8_t *weights, int32_t depth, int32_t rows,
                                         int32_t row, int32_t count, tk_sums *sums) {
  (void)rows;
  tk_triple_dot((const uint32_t *)patch, weights + row * depth, depth, count, sums->bias, sums->sums);
}

static TK_INLINE void tk_triple_multiply(const tk_conv_2d_params *params, tk_flight *flight, const int8_t *weights,
                                         const tk_channels *channels, int32_t first, int32_t count, int8_t *output) {
  static const tk_summation how = {TK_TRIPLE_PIXELS, tk_triple_dot_rows};
  tk_multiply_by_sums(params, &how, flight, weights, channels, first, count, output);
}

/* weights: [out_c, filter_h, filter_w, group_in_c]; bias: [out_c], or NULL. patch: the taps of three windows, and behind
 * them twice `depth` bytes where the input does not have those of a window together. */
static TK_INLINE void tk_conv_2d_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights,
                                    const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                                    int32_t *patch, int8_t *output) {
  static const tk_multiplier triple = {TK_TRIPLE_PIXELS, tk_triple_gather_at, NULL, tk_triple_unpack_all,
                                       tk_triple_multiply};
  const tk_channels channels = {bias, multiplier, shift};
  tk_convolve(params, &triple, input, weights, &channels, patch, output);
}

#endif
