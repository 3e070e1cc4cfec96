/* SVDF: each filter reduces the input to one number, remembers the last of them, and weighs them by their age.
 * Source: tensorflow/lite/micro/kernels/svdf_common.cc. */
#ifndef TK_SVDF_H
#define TK_SVDF_H

#include <stdint.h>
#include <string.h>

#include "tk_inline.h"
#include "tk_requantize.h"

typedef struct {
  /* Rows of the input; each has `depth` elements, and gives `units` elements. */
  int32_t batches;
  int32_t depth;
  /* Values that each filter remembers. */
  int32_t memory;
  int32_t units;
  /* Filters of each unit. */
  int32_t rank;
  int32_t input_offset;
  /* From the sum over the input to what is remembered: multiplier 0 to 2^31 - 1, shift -31 to 30. */
  int32_t feature_multiplier;
  int32_t feature_shift;
  /* 1 where the time weights and the state are int16_t, 0 where they are int8_t. */
  int32_t wide;
  int32_t state_zero_point;
  /* From the sum over the state to the output, which is clamped to int8: as above. */
  int32_t output_multiplier;
  int32_t output_shift;
  int32_t output_offset;
} tk_svdf_params;

/* What the filter makes of the input, in units of the state. */
static inline int32_t tk_svdf_newest(const tk_svdf_params *p, const int8_t *input, const int8_t *feature) {
  int32_t sum = 0;
  for (int32_t k = 0; k < p->depth; k++) sum += feature[k] * (input[k] + p->input_offset);
  return tk_requantize(sum, p->feature_multiplier, p->feature_shift);
}

/* Forgets the oldest value, appends the newest, and gives the sum over all. */
static inline uint32_t tk_svdf_remember_16(const tk_svdf_params *p, int32_t newest, const int16_t *time,
                                           int16_t *state) {
  const size_t kept = (size_t)p->memory - 1;
  uint32_t sum = 0;
  memmove(state, state + 1, kept * sizeof(int16_t));
  state[kept] = (int16_t)tk_clamp(newest, INT16_MIN, INT16_MAX);
  for (int32_t j = 0; j < p->memory; j++) sum += (uint32_t)((int32_t)time[j] * state[j]);
  return sum;
}

static inline uint32_t tk_svdf_remember_8(const tk_svdf_params *p, int32_t newest, const int8_t *time, int8_t *state) {
  const size_t kept = (size_t)p->memory - 1;
  uint32_t sum = 0;
  memmove(state, state + 1, kept);
  /* The zero point is added to what has been clamped, and wraps, as in TFLite Micro. */
  state[kept] = (int8_t)(uint8_t)(tk_clamp(newest, INT8_MIN, INT8_MAX) + p->state_zero_point);
  for (int32_t j = 0; j < p->memory; j++) sum += (uint32_t)(time[j] * (state[j] - p->state_zero_point));
  return sum;
}

/* feature: [units * rank, depth]; time: [units * rank, memory]; bias: [units]; state: [batches, units * rank, memory],
 * the oldest value first, kept from call to call. Sums over a 16-bit state wrap, as TFLite Micro's do. */
static TK_INLINE void tk_svdf_s8(const tk_svdf_params *params, const int8_t *input, const int8_t *feature,
                                 const void *time, const int32_t *bias, void *state, int8_t *output) {
  const tk_svdf_params *p = params;
  int16_t *const state_16 = (int16_t *)state;
  int8_t *const state_8 = (int8_t *)state;
  int32_t row = 0;
  for (int32_t batch = 0; batch < p->batches; batch++, input += p->depth) {
    for (int32_t unit = 0; unit < p->units; unit++) {
      uint32_t sum = (uint32_t)bias[unit];
      for (int32_t filter = unit * p->rank; filter < (unit + 1) * p->rank; filter++, row++) {
        const int32_t newest = tk_svdf_newest(p, input, feature + filter * p->depth);
        const int32_t weights = filter * p->memory;
        const int32_t values = row * p->memory;
        sum += p->wide ? tk_svdf_remember_16(p, newest, (const int16_t *)time + weights, state_16 + values)
                       : tk_svdf_remember_8(p, newest, (const int8_t *)time + weights, state_8 + values);
      }
      const int32_t scaled = tk_requantize((int32_t)sum, p->output_multiplier, p->output_shift);
      *output++ = (int8_t)tk_clamp(scaled + p->output_offset, -128, 127);
    }
  }
}

#endif
