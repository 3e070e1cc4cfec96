/* AVERAGE_POOL_2D with Helium: 16 channels at a time, four to a vector; windows of 4096 pixels at most. */
#ifndef TK_AVERAGE_POOL_2D_MVE_H
#define TK_AVERAGE_POOL_2D_MVE_H

#include <stdint.h>

#include "tk_average_pool_2d.h"
#include "tk_mve.h"

typedef tk_average_pool_2d_params tk_average_pool_2d_mve_params;

enum { TK_POOL_VECTORS = 4 };

/* round(sum / count), halves away from zero; count 2 to 4096. */
static TK_INLINE tk_words tk_mean_words(tk_words sum, int32_t count) {
  /* Too large by less than count / 2^32: no matter for the quotient of a number below 2^32 / count. */
  const uint32_t reciprocal = 0xffffffffu / (uint32_t)count + 1u;
  const tk_words sign = tk_signs(sum);
  const tk_words magnitude = tk_subtract_words(tk_xor_words(sum, sign), sign);
  const tk_words mean = tk_multiply_unsigned_high(tk_add_to_words(magnitude, count / 2), reciprocal);
  return tk_subtract_words(tk_xor_words(mean, sign), sign);
}

/* Channels 4 i to 4 i + 3 of `lanes`, as many as there are. */
static TK_INLINE int32_t tk_lanes_of(int32_t lanes, int32_t i) {
  const int32_t left = lanes - i * TK_VECTOR_WORDS;
  return left < TK_VECTOR_WORDS ? left : TK_VECTOR_WORDS;
}

/* The means of `lanes` channels, 1 to 16. window: from the first of them on. */
static TK_PART void tk_average_vectors(const tk_average_pool_2d_params *params, const tk_pool_window *window,
                                       int32_t lanes, int8_t *output) {
  const tk_window *w = &params->window;
  const int32_t vectors = (lanes + TK_VECTOR_WORDS - 1) / TK_VECTOR_WORDS;
  const int32_t count = window->rows * window->columns;
  tk_words sums[TK_POOL_VECTORS];
  TK_UNROLL
  for (int32_t i = 0; i < vectors; i++) sums[i] = tk_same_words(0);
  for (int32_t y = 0; y < window->rows; y++) {
    const int8_t *pixel = window->input + y * w->in_w * w->in_c;
    for (int32_t x = 0; x < window->columns; x++, pixel += w->in_c) {
      TK_UNROLL
      for (int32_t i = 0; i < vectors; i++) {
        const tk_words values = tk_load_widened(pixel + i * TK_VECTOR_WORDS, tk_lanes_of(lanes, i));
        sums[i] = tk_add_words(sums[i], values);
      }
    }
  }
  TK_UNROLL
  for (int32_t i = 0; i < vectors; i++) {
    tk_words x = count > 1 ? tk_mean_words(sums[i], count) : sums[i];
    if (params->min > -128) x = tk_most_words(x, tk_same_words(params->min));
    if (params->max < 127) x = tk_least_words(x, tk_same_words(params->max));
    tk_store_narrowed(output + i * TK_VECTOR_WORDS, x, tk_lanes_of(lanes, i));
  }
}

static TK_INLINE void tk_average_pixel(const tk_average_pool_2d_params *params, const tk_pool_window *window,
                                       int8_t *output) {
  const int32_t rest = params->window.out_c % TK_VECTOR_BYTES;
  tk_pool_window channels = *window;
  int32_t c = 0;
  for (; c < params->window.out_c - rest; c += TK_VECTOR_BYTES, channels.input += TK_VECTOR_BYTES) {
    tk_average_vectors(params, &channels, TK_VECTOR_BYTES, output + c);
  }
  if (rest) tk_average_vectors(params, &channels, rest, output + c);
}

static TK_INLINE void tk_average_pool_2d_mve_s8(const tk_average_pool_2d_params *params, const int8_t *input,
                                                int8_t *output) {
  tk_each_pool_window(params, tk_average_pixel, input, output);
}

#endif
