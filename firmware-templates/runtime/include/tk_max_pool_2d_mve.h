/* MAX_POOL_2D with Helium: 16 channels at a time. */
#ifndef TK_MAX_POOL_2D_MVE_H
#define TK_MAX_POOL_2D_MVE_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_max_pool_2d.h"
#include "tk_mve.h"

typedef tk_max_pool_2d_params tk_max_pool_2d_mve_params;

/* The largest of `lanes` channels, 1 to 16. input: that of the image, from the first of them on. */
static TK_PART void tk_max_vector(const tk_max_pool_2d_params *params, tk_span rows, tk_span columns,
                                  const int8_t *input, int32_t lanes, int8_t *output) {
  const tk_window *w = &params->window;
  const tk_bytes top = tk_same_bytes(params->max);
  tk_bytes max = tk_same_bytes(params->min);
  for (int32_t y = rows.begin; y < rows.end; y++) {
    const int8_t *pixel = input + ((rows.origin + y) * w->in_w + columns.origin + columns.begin) * w->in_c;
    for (int32_t x = columns.begin; x < columns.end; x++, pixel += w->in_c) {
      max = tk_most_bytes(max, tk_load_bytes(pixel, lanes));
    }
  }
  tk_store_bytes(output, tk_least_bytes(max, top), lanes);
}

/* Input and output have the same quantization. */
static TK_INLINE void tk_max_pool_2d_mve_s8(const tk_max_pool_2d_params *params, const int8_t *input, int8_t *output) {
  const tk_window *w = &params->window;
  const int32_t rest = w->in_c % TK_VECTOR_BYTES;
  for (int32_t batch = 0; batch < w->batches; batch++, input += w->in_h * w->in_w * w->in_c) {
    for (int32_t y = 0; y < w->out_h; y++) {
      const tk_span rows = tk_inside(y, w->stride_h, w->pad_top, w->filter_h, 1, w->in_h);
      for (int32_t x = 0; x < w->out_w; x++, output += w->in_c) {
        const tk_span columns = tk_inside(x, w->stride_w, w->pad_left, w->filter_w, 1, w->in_w);
        int32_t c = 0;
        for (; c < w->in_c - rest; c += TK_VECTOR_BYTES) {
          tk_max_vector(params, rows, columns, input + c, TK_VECTOR_BYTES, output + c);
        }
        if (rest) tk_max_vector(params, rows, columns, input + c, rest, output + c);
      }
    }
  }
}

#endif
