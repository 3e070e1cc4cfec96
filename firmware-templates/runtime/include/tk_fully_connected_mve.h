/* FULLY_CONNECTED of one row of input with Helium: four rows of weights at a time, laid out as in tk_conv_2d_mve.h. The
 * whole input has to stay until the end, so that the output must not overlap it. */
#ifndef TK_FULLY_CONNECTED_MVE_H
#define TK_FULLY_CONNECTED_MVE_H

#include <stdint.h>

#include "tk_dot_mve.h"
#include "tk_fully_connected.h"
#include "tk_output_mve.h"

typedef tk_fully_connected_params tk_fully_connected_mve_params;

static TK_PART void tk_mve_connect(const tk_fully_connected_params *params, const int8_t *input, const int8_t *weights,
                                   const tk_channels *channels, int32_t row, int32_t count, int8_t *output) {
  const tk_words sums = tk_dot_one(input, weights + row * params->depth, params->depth, count);
  const tk_quad quad = tk_quad_of(&params->output, channels, row, count);
  tk_store_narrowed(output + row, tk_outputs_of(&params->output, sums, &quad, channels->bias != NULL), count);
}

/* bias: [out], or NULL; multiplier, shift: as in tk_output_mve.h. */
static TK_INLINE void tk_fully_connected_mve_s8(const tk_fully_connected_params *params, const int8_t *input,
                                                const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                                const int8_t *shift, int8_t *output) {
  const tk_channels channels = {bias, multiplier, shift};
  const int32_t rest = params->out % TK_VECTOR_WORDS;
  const int32_t whole = params->out - rest;
  for (int32_t row = 0; row < whole; row += TK_VECTOR_WORDS) {
    tk_mve_connect(params, input, weights, &channels, row, TK_VECTOR_WORDS, output);
  }
  if (rest) tk_mve_connect(params, input, weights, &channels, whole, rest, output);
}

#endif
