/* An int8 network of standardised features: what goes into it, and what of its outputs is the score.
 * The same integers as in converter/network_detector.ts. */
#ifndef TK_NETWORK_H
#define TK_NETWORK_H

#include <stdint.h>

#include "tk_integer.h"
#include "tk_requantize.h"

typedef struct {
  int32_t features;
  /* 1: the score is the sum of the squares by which the outputs miss the features; 0: the one output itself. */
  int32_t reconstruction;
  /* [features]: a feature less its mean, Q11, to spreads in Q8. */
  const int16_t *means;
  const int32_t *multipliers;
  const int8_t *shifts;
  /* Grid of the network's output: the scale in Q24, at most 2^30. */
  int32_t output_scale;
  int32_t output_zero;
} tk_network_params;

/* spreads: [features] in Q8, kept for the score, at most 128 spreads; network: [features], the same in Q4. */
static inline void tk_network_fill(const tk_network_params *p, int32_t *spreads, const int16_t *input,
                                   int8_t *network) {
  for (int32_t i = 0; i < p->features; i++) {
    const int32_t deviation = (input[i] - p->means[i]) * 2048;
    const int32_t scaled = tk_requantize(deviation, p->multipliers[i], p->shifts[i]);
    spreads[i] = (int32_t)tk_clamp_wide(scaled, -32768, 32767);
    network[i] = (int8_t)tk_clamp_wide(tk_round_shift(spreads[i], 4), -128, 127);
  }
}

/* An element of the network's output in Q8. */
static inline int64_t tk_network_value(const tk_network_params *p, int8_t element) {
  return tk_round_shift((int64_t)(element - p->output_zero) * p->output_scale, 16);
}

/* output: one score in Q8. */
static inline void tk_network_score(const tk_network_params *p, const int32_t *spreads, const int8_t *network,
                                    int32_t *output) {
  int64_t sum = 0;
  for (int32_t i = 0; i < p->features && p->reconstruction; i++) {
    const int64_t miss = tk_network_value(p, network[i]) - spreads[i];
    sum += miss * miss;
  }
  output[0] = tk_saturate(p->reconstruction ? tk_round_shift(sum, 8) : tk_network_value(p, network[0]));
}

#endif
