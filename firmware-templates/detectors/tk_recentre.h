/* Features of a new machine as those of the machines in training: its first windows say where they lie and how they spread.
 * The same integers as in converter/detectors/recentre.ts. */
#ifndef TK_RECENTRE_H
#define TK_RECENTRE_H

#include <stdint.h>

#include "tk_integer.h"

typedef struct {
  int32_t features;
  /* How many set it, 2 to 1024; they pass as they are. */
  int32_t windows;
  /* [features], of training. */
  const int16_t *means;
  const int16_t *spreads;
} tk_recentre_params;

/* The integer part of a root, bit by bit. */
static inline int64_t tk_root(int64_t x) {
  int64_t root = 0;
  for (int32_t bit = 25; bit >= 0; bit--) {
    const int64_t more = root + ((int64_t)1 << bit);
    if (more * more <= x) root = more;
  }
  return root;
}

/* The mean, and what a deviation from it is times in Q12, a quarter to four times. */
static inline void tk_recentre_finish(const tk_recentre_params *p, const int64_t *sums, int32_t *kept) {
  const int64_t n = p->windows;
  for (int32_t i = 0; i < p->features; i++) {
    const int64_t sum = sums[2 * i];
    const int64_t root = tk_root(n * sums[2 * i + 1] - sum * sum);
    kept[1 + 2 * i] = (int32_t)(sum / n);
    kept[2 + 2 * i] = (int32_t)tk_clamp_wide(p->spreads[i] * n * 4096 / (root > 1 ? root : 1), 1024, 16384);
  }
}

static inline void tk_recentre_learn(const tk_recentre_params *p, int64_t *sums, int32_t *kept, const int16_t *input) {
  for (int32_t i = 0; i < p->features; i++) {
    if (kept[0] == 0) sums[2 * i] = sums[2 * i + 1] = 0;
    sums[2 * i] += input[i];
    sums[2 * i + 1] += (int64_t)input[i] * input[i];
  }
  if (++kept[0] == p->windows) tk_recentre_finish(p, sums, kept);
}

/* sums: [features, 2]; kept: windows so far, then of each feature its mean and its gain; begins as 0. */
static inline void tk_recentre(const tk_recentre_params *p, int64_t *sums, int32_t *kept, const int16_t *input,
                               int16_t *output) {
  const int32_t learns = kept[0] < p->windows;
  for (int32_t i = 0; i < p->features; i++) {
    const int64_t deviation = (int64_t)input[i] - kept[1 + 2 * i];
    const int64_t moved = p->means[i] + tk_round_shift(deviation * kept[2 + 2 * i], 12);
    output[i] = learns ? input[i] : (int16_t)tk_clamp_wide(moved, INT16_MIN, INT16_MAX);
  }
  if (learns) tk_recentre_learn(p, sums, kept, input);
}

#endif
