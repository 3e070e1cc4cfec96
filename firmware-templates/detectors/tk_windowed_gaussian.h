/* Windowed Gaussian: the squared deviation of a sample from those before it, in units of their variance.
 * The same integers as in converter/detectors/windowed_gaussian.ts. */
#ifndef TK_WINDOWED_GAUSSIAN_H
#define TK_WINDOWED_GAUSSIAN_H

#include <stdint.h>

#include "tk_integer.h"

typedef struct {
  /* Samples that are remembered, 2 to 512. */
  int32_t window;
} tk_windowed_gaussian_params;

/* In Q4; both sides of the fraction are taken times the square of the count, so that they are integers. */
static inline int32_t tk_squared_deviation(const int16_t *samples, int32_t count, int32_t sample) {
  int64_t squares = 0;
  int32_t sum = 0;
  for (int32_t i = 0; i < count; i++) {
    sum += samples[i];
    squares += samples[i] * samples[i];
  }
  const int64_t variance = count * squares - (int64_t)sum * sum;
  const int64_t deviation = (int64_t)count * sample - sum;
  return tk_saturate(deviation * deviation * 16 / (variance > 1 ? variance : 1));
}

/* state: how many samples there are, where the next one goes, and [window] samples; output: one score in Q4, 0 until the
 * window is full. */
static inline void tk_windowed_gaussian(const tk_windowed_gaussian_params *p, int16_t *state, const int16_t *input,
                                        int32_t *output) {
  int16_t *const samples = state + 2;
  output[0] = state[0] == p->window ? tk_squared_deviation(samples, p->window, input[0]) : 0;
  samples[state[1]] = input[0];
  state[1] = (int16_t)(state[1] + 1 < p->window ? state[1] + 1 : 0);
  if (state[0] < p->window) state[0]++;
}

#endif
