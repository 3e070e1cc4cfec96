/* Control charts: each channel smoothed exponentially; the score is the largest deviation in units of its channel's spread.
 * The same integers as in converter/detectors/ewma_chart.ts. */
#ifndef TK_EWMA_CHART_H
#define TK_EWMA_CHART_H

#include <stdint.h>

#include "tk_integer.h"
#include "tk_requantize.h"

typedef struct {
  int32_t channels;
  /* Share of a new sample, Q15. */
  int32_t smoothing;
  /* [channels]: what a sample's deviation counts at most, Q14. */
  const int32_t *limits;
  /* [channels] */
  const int16_t *means;
  /* [channels]: from a smoothed deviation in Q14 to the score in Q8; multiplier 0 or 2^30 to 2^31 - 1, shift -31 to 0. */
  const int32_t *multipliers;
  const int8_t *shifts;
} tk_ewma_chart_params;

/* state: [channels], smoothed deviations in Q14; input: [channels]; output: one score in Q8. */
static inline void tk_ewma_chart(const tk_ewma_chart_params *p, int32_t *state, const int16_t *input, int32_t *output) {
  int32_t most = 0;
  for (int32_t i = 0; i < p->channels; i++) {
    const int32_t limit = p->limits[i];
    const int32_t deviation = tk_clamp((input[i] - p->means[i]) * (1 << 14), -limit, limit);
    const int32_t step = (int32_t)tk_round_shift(((int64_t)deviation - state[i]) * p->smoothing, 15);
    state[i] += step;
    const int32_t magnitude = (int32_t)tk_magnitude(state[i]);
    const int32_t score = tk_requantize(magnitude, p->multipliers[i], p->shifts[i]);
    if (score > most) most = score;
  }
  output[0] = most;
}

#endif
