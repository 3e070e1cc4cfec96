/* FULLY_CONNECTED of one row of input, in plain C: four rows of weights at a time. The whole input has to stay until
 * the end, so that the output must not overlap it. */
#ifndef TK_FULLY_CONNECTED_H
#define TK_FULLY_CONNECTED_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_output.h"
#include "tk_simd.h"

typedef struct {
  /* Elements of the input. */
  int32_t depth;
  /* Elements of the output. */
  int32_t out;
  tk_output output;
} tk_fully_connected_params;

enum { TK_FC_ROWS = 4 };

/* Adds the products of `count` rows, 1 or TK_FC_ROWS, from `row` of `rows` on, to a sum for each. */
typedef void (*tk_dot_rows)(const int8_t *input, const int8_t *weights, int32_t depth, int32_t rows, int32_t row,
                            int32_t count, int32_t *sums);

static TK_PART void tk_fully_connected_rows(const tk_fully_connected_params *params, tk_dot_rows dot,
                                            const int8_t *input, const int8_t *weights, const tk_channels *channels,
                                            int32_t start, int32_t row, int32_t count, int8_t *output) {
  int32_t sums[TK_FC_ROWS];
  TK_UNROLL
  for (int32_t i = 0; i < count; i++) sums[i] = tk_add_product(tk_bias_of(channels, row + i), start, 1);
  dot(input, weights, params->depth, params->out, row, count, sums);
  TK_UNROLL
  for (int32_t i = 0; i < count; i++) {
    output[row + i] = tk_output_of(&params->output, sums[i], tk_scale_of(&params->output, channels, row + i));
  }
}

/* start: what each sum begins with, beside its bias. */
static TK_INLINE void tk_fully_connect(const tk_fully_connected_params *params, tk_dot_rows dot, const int8_t *input,
                                       const int8_t *weights, const tk_channels *channels, int32_t start,
                                       int8_t *output) {
  const int32_t whole = params->out - params->out % TK_FC_ROWS;
  for (int32_t row = 0; row < whole; row += TK_FC_ROWS) {
    tk_fully_connected_rows(params, dot, input, weights, channels, start, row, TK_FC_ROWS, output);
  }
  for (int32_t row = whole; row < params->out; row++) {
    tk_fully_connected_rows(params, dot, input, weights, channels, start, row, 1, output);
  }
}

static TK_INLINE void tk_plain_dot_rows(const int8_t *input, const int8_t *weights, int32_t depth, int32_t rows,
                                        int32_t row, int32_t count, int32_t *sums) {
  const int8_t *const first = weights + row * depth;
  (void)rows;
  for (int32_t k = 0; k < depth; k++) {
    TK_UNROLL
    for (int32_t i = 0; i < count; i++) sums[i] = tk_add_product(sums[i], input[k], first[i * depth + k]);
  }
}

/* weights: [out, depth]; bias: [out], or NULL; multiplier, shift: as in tk_output.h. */
static TK_INLINE void tk_fully_connected_s8(const tk_fully_connected_params *params, const int8_t *input,
                                            const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                            const int8_t *shift, int8_t *output) {
  const tk_channels channels = {bias, multiplier, shift};
  tk_fully_connect(params, tk_plain_dot_rows, input, weights, &channels, 0, output);
}

#endif
