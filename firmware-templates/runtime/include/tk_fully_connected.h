#ifndef TK_FULLY_CONNECTED_H
#define TK_FULLY_CONNECTED_H

#include <stdint.h>

#include "tk_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  /* Rows of the input; each has `depth` elements, and gives `out` elements. */
  int32_t batches;
  int32_t depth;
  int32_t out;
  int32_t input_offset;
  tk_requantization requantization;
} tk_fully_connected_params;

/* weights: [out, depth]; bias: [out], or NULL. */
void tk_fully_connected_s8(const tk_fully_connected_params *params, const int8_t *input, const int8_t *weights,
                           const int32_t *bias, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
