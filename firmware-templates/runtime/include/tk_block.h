/* A block: up to four output channels whose sums are computed together, so that they share what is read. */
#ifndef TK_BLOCK_H
#define TK_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "tk_requantize.h"

enum { TK_BLOCK_CHANNELS = 4 };

typedef struct {
  int32_t first;
  int32_t count;
  int32_t sums[TK_BLOCK_CHANNELS];
  /* How far channel k's weights are from the first one's; 0 where there is no channel k, whose sum is not used. */
  int32_t lanes[TK_BLOCK_CHANNELS];
} tk_block;

/* The block that begins at channel `first` and ends before `end` at the latest; its sums are the biases, or 0 where
 * `bias` is NULL. A channel's weights are `step` elements from the next one's. */
static inline tk_block tk_block_begin(const int32_t *bias, int32_t first, int32_t end, int32_t step) {
  tk_block block;
  block.first = first;
  block.count = end - first < TK_BLOCK_CHANNELS ? end - first : TK_BLOCK_CHANNELS;
  for (int32_t k = 0; k < TK_BLOCK_CHANNELS; k++) {
    block.lanes[k] = k < block.count ? k * step : 0;
    block.sums[k] = bias != NULL && k < block.count ? bias[first + k] : 0;
  }
  return block;
}

static inline void tk_block_add(tk_block *block, int32_t sum0, int32_t sum1, int32_t sum2, int32_t sum3) {
  block->sums[0] += sum0;
  block->sums[1] += sum1;
  block->sums[2] += sum2;
  block->sums[3] += sum3;
}

/* Adds `count` products for each channel, (input[i] + input_offset) * weights[i], where `weights` are the first
 * channel's. */
static inline void tk_block_dot(tk_block *block, const int8_t *input, int32_t input_offset, const int8_t *weights,
                                int32_t count) {
  const int8_t *const w1 = weights + block->lanes[1];
  const int8_t *const w2 = weights + block->lanes[2];
  const int8_t *const w3 = weights + block->lanes[3];
  int32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
  for (int32_t i = 0; i < count; i++) {
    const int32_t value = input[i] + input_offset;
    sum0 += value * weights[i];
    sum1 += value * w1[i];
    sum2 += value * w2[i];
    sum3 += value * w3[i];
  }
  tk_block_add(block, sum0, sum1, sum2, sum3);
}

/* Requantizes the sums to their places in `output`, a row of all channels. Returns the number of channels. */
static inline int32_t tk_block_end(const tk_block *block, const tk_requantization *r, int8_t *output) {
  for (int32_t k = 0; k < block->count; k++) {
    output[block->first + k] = tk_requantize_channel(block->sums[k], r, block->first + k);
  }
  return block->count;
}

#endif
