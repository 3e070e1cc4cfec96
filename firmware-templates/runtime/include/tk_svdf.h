#ifndef TK_SVDF_H
#define TK_SVDF_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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

/* feature: [units * rank, depth]; time: [units * rank, memory]; bias: [units]; state: [batches, units * rank, memory],
 * the oldest value first, kept from call to call. Sums over a 16-bit state wrap, as TFLite Micro's do. */
void tk_svdf_s8(const tk_svdf_params *params, const int8_t *input, const int8_t *feature, const void *time,
                const int32_t *bias, void *state, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
