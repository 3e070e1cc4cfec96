/* One axis without its mean or its straight line, scaled to fill int16. The same integers as in trainer/sensors/detrend.ts. */
#ifndef TK_SHAPE_H
#define TK_SHAPE_H

#include <stdint.h>

#include "tk_integer.h"
#include "tk_log2.h"

/* One axis of a window, and its trend. */
typedef struct {
  /* Its first sample, and from each to the next. */
  const int16_t *first;
  int32_t stride;
  int32_t samples;
  /* The mean times `samples`; the slope times `samples`, in Q8, for each half sample. */
  int32_t sum;
  int64_t slope;
} tk_axis;

/* Finds the sum, and the slope where a line is to be taken off: least squares over 2i - samples + 1, whose squares sum to
 * samples (samples^2 - 1) / 3. */
static inline void tk_axis_trend(tk_axis *axis, int32_t line) {
  const int32_t n = axis->samples;
  int64_t moment = 0;
  axis->sum = 0;
  for (int32_t i = 0; i < n; i++) {
    const int32_t sample = axis->first[i * axis->stride];
    axis->sum += sample;
    moment += (int64_t)(2 * i - n + 1) * sample;
  }
  axis->slope = line ? 3 * moment * 256 / ((int64_t)n * n - 1) : 0;
}

/* A sample less the trend, times `samples`. */
static inline int32_t tk_axis_deviation(const tk_axis *axis, int32_t i) {
  const int32_t n = axis->samples;
  const int32_t line = (int32_t)tk_round_shift(axis->slope * (2 * i - n + 1), 8);
  return n * axis->first[i * axis->stride] - axis->sum - line;
}

/* Writes deviations times 2^n into `shape`, the largest magnitude in 2^14 to 2^15 - 1, or 0 throughout.
 * Returns log2, in Q10, of what 1 in `shape` is; log_samples is that of the number of samples. */
static inline int32_t tk_axis_shape(const tk_axis *axis, int32_t log_samples, int16_t *shape) {
  int32_t largest = 0;
  for (int32_t i = 0; i < axis->samples; i++) {
    const int32_t magnitude = (int32_t)tk_magnitude(tk_axis_deviation(axis, i));
    if (magnitude > largest) largest = magnitude;
  }
  const int32_t right = largest == 0 ? 0 : tk_bit_length((uint64_t)largest) - 15;
  for (int32_t i = 0; i < axis->samples; i++) {
    const int32_t deviation = tk_axis_deviation(axis, i);
    const int64_t value = right > 0 ? tk_round_shift(deviation, right) : deviation * (1 << -right);
    shape[i] = (int16_t)(value > INT16_MAX ? INT16_MAX : value);
  }
  return right * (1 << TK_LOG_BITS) - log_samples;
}

#endif
