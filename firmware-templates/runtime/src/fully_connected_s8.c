/* FULLY_CONNECTED: each output is one row of weights times the input. */
#include "tk_requantize.h"
#include "tk_runtime.h"

void tk_fully_connected_s8(const tk_fully_connected_params *params, const int8_t *input, const int8_t *weights,
                           const int32_t *bias, int8_t *output) {
  const tk_requantization *r = &params->requantization;
  const int32_t depth = params->depth;
  for (int32_t batch = 0; batch < params->batches; batch++, input += depth) {
    const int8_t *row = weights;
    for (int32_t c = 0; c < params->out; c++, row += depth) {
      int32_t sum = bias[c];
      for (int32_t i = 0; i < depth; i++) sum += (input[i] + params->input_offset) * row[i];
      const int32_t scaled = tk_requantize(sum, r->multiplier[c], r->shift[c]) + r->output_offset;
      *output++ = (int8_t)tk_clamp(scaled, r->min, r->max);
    }
  }
}
