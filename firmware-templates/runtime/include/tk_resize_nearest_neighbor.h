#ifndef TK_RESIZE_NEAREST_NEIGHBOR_H
#define TK_RESIZE_NEAREST_NEIGHBOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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

void tk_resize_nearest_neighbor_s8(const tk_resize_nearest_neighbor_params *params, const int8_t *input,
                                   int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
