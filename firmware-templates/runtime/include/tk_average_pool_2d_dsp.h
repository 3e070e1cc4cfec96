/* AVERAGE_POOL_2D with the DSP extension, four channels at a time; windows of 256 pixels at most, whose sums fit 16
 * bits. */
#ifndef TK_AVERAGE_POOL_2D_DSP_H
#define TK_AVERAGE_POOL_2D_DSP_H

#include <stdint.h>

#include "tk_average_pool_2d.h"
#include "tk_simd.h"

typedef tk_average_pool_2d_params tk_average_pool_2d_dsp_params;

static TK_INLINE void tk_pool_sum_dsp(const tk_window *w, const tk_pool_window *window, int32_t c, int32_t lanes,
                                      int32_t *sums) {
  uint32_t even = 0, odd = 0;
  if (lanes < TK_POOL_LANES) {
    tk_pool_sum_plain(w, window, c, lanes, sums);
    return;
  }
  for (int32_t y = 0; y < window->rows; y++) {
    const int8_t *pixel = window->input + y * w->in_w * w->in_c + c;
    for (int32_t x = 0; x < window->columns; x++, pixel += w->in_c) {
      const uint32_t word = tk_load_word(pixel);
      even = tk_offset_even_bytes(even, word);
      odd = tk_offset_odd_bytes(odd, word);
    }
  }
  sums[0] = tk_low(even);
  sums[1] = tk_low(odd);
  sums[2] = tk_high(even);
  sums[3] = tk_high(odd);
}

static TK_INLINE void tk_average_pixel_dsp(const tk_average_pool_2d_params *params, const tk_pool_window *window,
                                           int8_t *output) {
  tk_average_by_lanes(params, tk_pool_sum_dsp, window, output);
}

static TK_INLINE void tk_average_pool_2d_dsp_s8(const tk_average_pool_2d_params *params, const int8_t *input,
                                                int8_t *output) {
  tk_each_pool_window(params, tk_average_pixel_dsp, input, output);
}

#endif
