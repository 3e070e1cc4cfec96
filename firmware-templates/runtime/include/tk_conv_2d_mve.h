/* CONV_2D with Helium: two output pixels in flight (see tk_convolve.h), four rows of weights at a time.
 *
 * Weights: for each four rows of a group (and for what is left of its rows, one to three) 16 bytes of each row in turn,
 * as long as there are 16; then the rest of each row. */
#ifndef TK_CONV_2D_MVE_H
#define TK_CONV_2D_MVE_H

#include <stdint.h>

#include "tk_convolve.h"
#include "tk_dot_mve.h"
#include "tk_output_mve.h"

typedef tk_conv_2d_params tk_conv_2d_mve_params;

/* A patch: the bytes of each pixel in flight, each at a multiple of 16. */
static TK_INLINE int8_t *tk_mve_gather_at(void *patch, int32_t depth, int32_t pixel) {
  return (int8_t *)patch + pixel * tk_whole_vectors(depth);
}

static TK_INLINE int32_t tk_mve_unpack(const int8_t *bytes, int32_t depth, int32_t pixel, void *patch) {
  int8_t *const to = tk_mve_gather_at(patch, depth, pixel);
  if (bytes != to) tk_copy_bytes(to, bytes, depth);
  return 0;
}

/* `count` channels from `row` on, 1 to 4. weights: theirs, in and out: those behind them. */
static TK_PART void tk_mve_multiply_rows(const tk_conv_2d_params *params, const tk_flight *flight,
                                         const int8_t **weights, const tk_channels *channels, int32_t row,
                                         int32_t count, int8_t *output) {
  const int32_t depth = params->window.filter_h * params->window.filter_w * params->group_in_c;
  const int8_t *const pixel0 = tk_mve_gather_at(flight->patch, depth, 0);
  const int8_t *const pixel1 = tk_mve_gather_at(flight->patch, depth, 1);
  const tk_word_pair sums = tk_dot_pair(pixel0, pixel1, weights, depth, count);
  const tk_quad quad = tk_quad_of(&params->output, channels, row, count);
  const int32_t has_bias = channels->bias != NULL;
  int8_t *const to = output + row;
  tk_store_narrowed(to, tk_outputs_of(&params->output, sums.first, &quad, has_bias), count);
  tk_store_narrowed(to + flight->steps[0], tk_outputs_of(&params->output, sums.second, &quad, has_bias), count);
}

static TK_INLINE void tk_mve_multiply(const tk_conv_2d_params *params, tk_flight *flight, const int8_t *weights,
                                      const tk_channels *channels, int32_t first, int32_t count, int8_t *output) {
  const int32_t rest = count % TK_VECTOR_WORDS;
  const int32_t end = first + count;
  const int8_t *next = weights + first * (params->window.filter_h * params->window.filter_w * params->group_in_c);
  int32_t row = first;
  for (; row < end - rest; row += TK_VECTOR_WORDS) {
    tk_mve_multiply_rows(params, flight, &next, channels, row, TK_VECTOR_WORDS, output);
  }
  if (rest) tk_mve_multiply_rows(params, flight, &next, channels, row, rest, output);
}

/* bias: [out_c], or NULL; multiplier, shift: as in tk_output_mve.h; patch: as above. */
static TK_INLINE void tk_conv_2d_mve_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights,
                                        const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                                        int8_t *patch, int8_t *output) {
  static const tk_multiplier mve = {TK_PIXEL_PAIR, tk_mve_gather_at, tk_mve_unpack, NULL, tk_mve_multiply};
  const tk_channels channels = {bias, multiplier, shift};
  tk_convolve(params, &mve, input, weights, &channels, patch, output);
}

#endif
