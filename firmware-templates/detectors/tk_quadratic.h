/* Sums of squares of affine maps: Mahalanobis' distance, T2 and Q, Gaussian mixtures, distances to centres, naive Bayes.
 * The same integers as in converter/detectors/quadratic.ts. */
#ifndef TK_QUADRATIC_H
#define TK_QUADRATIC_H

#include <stdint.h>

#include "tk_integer.h"

/* What of the sums is the output: the least, the greatest, each with its sign changed, or the first less the least of the
 * others. */
enum { TK_QUADRATIC_LEAST = 0, TK_QUADRATIC_GREATEST = 1, TK_QUADRATIC_LIKELIHOODS = 2, TK_QUADRATIC_ODDS = 3 };

typedef struct {
  int32_t features;
  int32_t forms;
  int32_t output;
  /* [forms, features] */
  const int16_t *centres;
  /* [forms], Q8 */
  const int32_t *offsets;
  /* Rows of each form. */
  const uint8_t *rows;
  /* Of each row: its first feature, how many it has, and what to shift its sum right by to get a value in Q8. */
  const uint8_t *starts;
  const uint8_t *lengths;
  const uint8_t *shifts;
  /* Of all rows, one after the other. */
  const int16_t *entries;
  /* [rows]: what each sum lacks as the centres are rounded to integers. */
  const int32_t *biases;
} tk_quadratic_params;

/* The square, in Q16, of a row's value: the sum over its entries times what they belong to. */
static inline int64_t tk_quadratic_row(const tk_quadratic_params *p, int32_t row, const int16_t *entries,
                                       const int16_t *input, const int16_t *centre) {
  const int64_t limit = (int64_t)1 << 21;
  const int32_t start = p->starts[row];
  const int32_t end = start + p->lengths[row];
  int64_t sum = p->biases[row];
  for (int32_t i = start; i < end; i++) sum += (int64_t)*entries++ * (input[i] - centre[i]);
  const int64_t value = tk_clamp_wide(tk_round_shift(sum, p->shifts[row]), -limit, limit);
  return value * value;
}

/* input: [features]; output: one score in Q8, or [forms]. */
static inline void tk_quadratic(const tk_quadratic_params *p, const int16_t *input, int32_t *output) {
  const int16_t *entries = p->entries;
  const int16_t *centre = p->centres;
  int32_t row = 0;
  int32_t first = 0;
  int32_t other = INT32_MAX;
  for (int32_t form = 0; form < p->forms; form++, centre += p->features) {
    int64_t sum = 0;
    for (int32_t last = row + p->rows[form]; row < last; row++) {
      sum += tk_quadratic_row(p, row, entries, input, centre);
      entries += p->lengths[row];
    }
    const int32_t score = tk_saturate(tk_round_shift(sum, 8) + p->offsets[form]);
    if (p->output == TK_QUADRATIC_LIKELIHOODS) output[form] = -score;
    else if (p->output == TK_QUADRATIC_ODDS && form == 0) first = score;
    else if (p->output == TK_QUADRATIC_ODDS) other = score < other ? score : other;
    else if (form == 0 || (p->output == TK_QUADRATIC_LEAST ? score < output[0] : score > output[0])) output[0] = score;
  }
  if (p->output == TK_QUADRATIC_ODDS) output[0] = tk_saturate((int64_t)first - other);
}

#endif
