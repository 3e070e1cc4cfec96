/* RESIZE_NEAREST_NEIGHBOR: each output pixel is an input pixel. */
#ifndef TK_RESIZE_NEAREST_NEIGHBOR_H
#define TK_RESIZE_NEAREST_NEIGHBOR_H

#include <stdint.h>
#include <string.h>

#include "tk_inline.h"

typedef struct {
  int32_t batches;
  int32_t in_h;
  int32_t in_w;
  /* Channels. */
  int32_t depth;
  int32_t out_h;
  int32_t out_w;
  /* [out_h], 0 to in_h - 1: the input's row of each output row. */
  const int16_t *rows;
  /* [out_w], 0 to in_w - 1: the input's column of each output column. */
  const int16_t *columns;
} tk_resize_nearest_neighbor_params;

static TK_INLINE void tk_resize_nearest_neighbor_s8(const tk_resize_nearest_neighbor_params *params,
                                                    const int8_t *input, int8_t *output) {
  const int32_t depth = params->depth;
  const int32_t row_size = params->in_w * depth;
  for (int32_t batch = 0; batch < params->batches; batch++, input += params->in_h * row_size) {
    for (int32_t y = 0; y < params->out_h; y++) {
      const int8_t *const row = input + params->rows[y] * row_size;
      for (int32_t x = 0; x < params->out_w; x++, output += depth) {
        memcpy(output, row + params->columns[x] * depth, (size_t)depth);
      }
    }
  }
}

#endif
