#ifndef TK_MAX_POOL_2D_H
#define TK_MAX_POOL_2D_H

#include <stdint.h>

#include "tk_window.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  /* in_c and out_c are equal, dilation is 1. */
  tk_window window;
  int32_t min;
  int32_t max;
} tk_max_pool_2d_params;

/* The largest of the elements that are inside the input; input and output have the same quantization. */
void tk_max_pool_2d_s8(const tk_max_pool_2d_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
