/* What a shape is like: its size in octaves, and how peaked it is, in Q10. The same integers as in
 * trainer/sensors/statistics.ts. */
#ifndef TK_STATISTICS_H
#define TK_STATISTICS_H

#include <stdint.h>

#include "tk_integer.h"
#include "tk_log2.h"

static inline uint64_t tk_square(int32_t x) { return (uint64_t)((int64_t)x * x); }

static inline uint64_t tk_energy(const int16_t *shape, int32_t samples) {
  uint64_t sum = 0;
  for (int32_t i = 0; i < samples; i++) sum += tk_square(shape[i]);
  return sum;
}

/* That of the differences of samples `lag` apart. */
static inline uint64_t tk_difference_energy(const int16_t *shape, int32_t samples, int32_t lag) {
  uint64_t sum = 0;
  for (int32_t i = lag; i < samples; i++) sum += tk_square(shape[i] - shape[i - lag]);
  return sum;
}

static inline int32_t tk_peak(const int16_t *shape, int32_t samples) {
  int32_t most = 0;
  for (int32_t i = 0; i < samples; i++) {
    const int32_t magnitude = (int32_t)tk_magnitude(shape[i]);
    if (magnitude > most) most = magnitude;
  }
  return most;
}

/* log2 of the root of a mean, in Q10. */
static inline int32_t tk_root_mean(uint64_t sum, int32_t log_samples) { return (tk_log2(sum) - log_samples) >> 1; }

/* Fourth moment over the square of the second. */
static inline int32_t tk_kurtosis(const int16_t *shape, int32_t samples, int32_t log_samples) {
  uint64_t second = 0, fourth = 0;
  for (int32_t i = 0; i < samples; i++) {
    const uint64_t square = (tk_square(shape[i]) + 16384u) >> 15;
    second += square;
    fourth += square * square;
  }
  return second == 0 ? 0 : log_samples + tk_log2(fourth) - 2 * tk_log2(second);
}

/* The lower median of the values (middle < low), or of their distances from `middle`, by halving the range it is in. */
static inline int32_t tk_median(const int16_t *shape, int32_t samples, int32_t low, int32_t high, int32_t middle) {
  const int32_t of_distances = middle >= INT16_MIN;
  const int32_t rank = (samples + 1) >> 1;
  while (low < high) {
    const int32_t half = (low + high) >> 1;
    int32_t below = 0;
    for (int32_t i = 0; i < samples; i++) {
      const int32_t value = of_distances ? (int32_t)tk_magnitude(shape[i] - middle) : shape[i];
      below += value <= half;
    }
    if (below >= rank) high = half;
    else low = half + 1;
  }
  return low;
}

static inline int32_t tk_median_deviation(const int16_t *shape, int32_t samples) {
  const int32_t middle = tk_median(shape, samples, INT16_MIN, INT16_MAX, INT32_MIN);
  return tk_median(shape, samples, 0, UINT16_MAX, middle);
}

#endif
