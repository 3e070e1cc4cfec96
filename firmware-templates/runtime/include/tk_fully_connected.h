/* FULLY_CONNECTED: each output is one row of weights times the input. */
#ifndef TK_FULLY_CONNECTED_H
#define TK_FULLY_CONNECTED_H

#include <stdint.h>

#include "tk_block.h"
#include "tk_inline.h"
#include "tk_requantize.h"

typedef struct {
  /* Rows of the input; each has `depth` elements, and gives `out` elements. */
  int32_t batches;
  int32_t depth;
  int32_t out;
  int32_t input_offset;
  tk_requantization requantization;
} tk_fully_connected_params;

/* weights: [out, depth]; bias: [out], or NULL. */
static TK_INLINE void tk_fully_connected_s8(const tk_fully_connected_params *params, const int8_t *input,
                                            const int8_t *weights, const int32_t *bias, int8_t *output) {
  const int32_t depth = params->depth;
  for (int32_t batch = 0; batch < params->batches; batch++, input += depth, output += params->out) {
    for (int32_t c = 0; c < params->out;) {
      tk_block block = tk_block_begin(bias, c, params->out, depth);
      tk_block_dot(&block, input, params->input_offset, weights + c * depth, depth);
      c += tk_block_end(&block, &params->requantization, output);
    }
  }
}

#endif
