/* RESIZE_NEAREST_NEIGHBOR: each output pixel is an input pixel. */
#include "tk_resize_nearest_neighbor.h"

#include <string.h>

void tk_resize_nearest_neighbor_s8(const tk_resize_nearest_neighbor_params *params, const int8_t *input,
                                   int8_t *output) {
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
