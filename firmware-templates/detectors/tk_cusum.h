/* CUSUM: sums of the deviations beyond a slack, up and down, of each channel; the score is the largest.
 * The same integers as in converter/detectors/cusum.ts. */
#ifndef TK_CUSUM_H
#define TK_CUSUM_H

#include <stdint.h>

#include "tk_requantize.h"

typedef struct {
  int32_t channels;
  /* Spreads in Q8: what a deviation may be before it counts, and what a sum is limited to, at most 2^28. */
  int32_t slack;
  int32_t limit;
  /* [channels] */
  const int16_t *means;
  /* [channels]: from a deviation in Q11 to spreads in Q8; multiplier 2^30 to 2^31 - 1, shift -31 to 0. */
  const int32_t *multipliers;
  const int8_t *shifts;
} tk_cusum_params;

/* state: [2, channels], the sums; input: [channels]; output: one score in Q8. */
static inline void tk_cusum(const tk_cusum_params *p, int32_t *state, const int16_t *input, int32_t *output) {
  int32_t *const up = state;
  int32_t *const down = state + p->channels;
  int32_t most = 0;
  for (int32_t i = 0; i < p->channels; i++) {
    const int32_t deviation = (input[i] - p->means[i]) * (1 << 11);
    const int32_t spreads = tk_requantize(deviation, p->multipliers[i], p->shifts[i]);
    up[i] = tk_clamp(up[i] + spreads - p->slack, 0, p->limit);
    down[i] = tk_clamp(down[i] - spreads - p->slack, 0, p->limit);
    if (up[i] > most) most = up[i];
    if (down[i] > most) most = down[i];
  }
  output[0] = most;
}

#endif
