/* Hand-written rules: what speaks for a conclusion and what against it, combined as MYCIN did.
 * The same integers as in converter/detectors/rules.ts. */
#ifndef TK_RULES_H
#define TK_RULES_H

#include <stdint.h>

#include "tk_integer.h"

/* Certain, in Q14. */
enum { TK_CERTAIN = 1 << 14 };

typedef struct {
  int32_t rules;
  int32_t conclusions;
  /* [rules]: how many conditions, which conclusion, and how certain it is when they are met, Q14. */
  const uint8_t *counts;
  const uint8_t *targets;
  const int16_t *certainties;
  /* Of all conditions: the feature, where it is not met yet, and where it is met altogether. */
  const uint8_t *tested;
  const int16_t *from;
  const int16_t *to;
} tk_rules_params;

/* How far a value is on the way from one bound to the other, Q14, rounded towards 0. */
static inline int32_t tk_rules_degree(int32_t value, int32_t from, int32_t to) {
  const int64_t degree = (int64_t)(value - from) * TK_CERTAIN / (to - from);
  return (int32_t)tk_clamp_wide(degree, 0, TK_CERTAIN);
}

/* What two pieces of evidence say together, Q14. */
static inline int32_t tk_rules_combine(int32_t a, int32_t b) {
  if (a >= 0 && b >= 0) return a + (int32_t)tk_round_shift((int64_t)b * (TK_CERTAIN - a), 14);
  if (a < 0 && b < 0) return a + (int32_t)tk_round_shift((int64_t)b * (TK_CERTAIN + a), 14);
  const int32_t strength_a = a < 0 ? -a : a;
  const int32_t strength_b = b < 0 ? -b : b;
  const int32_t weaker = strength_a < strength_b ? strength_a : strength_b;
  return weaker == TK_CERTAIN ? 0 : (a + b) * TK_CERTAIN / (TK_CERTAIN - weaker);
}

/* output: [conclusions], Q14 */
static inline void tk_rules(const tk_rules_params *p, const int16_t *input, int32_t *output) {
  int32_t condition = 0;
  for (int32_t i = 0; i < p->conclusions; i++) output[i] = 0;
  for (int32_t rule = 0; rule < p->rules; rule++) {
    int32_t degree = TK_CERTAIN;
    for (const int32_t end = condition + p->counts[rule]; condition < end; condition++) {
      const int32_t met = tk_rules_degree(input[p->tested[condition]], p->from[condition], p->to[condition]);
      if (met < degree) degree = met;
    }
    const int32_t certainty = (int32_t)tk_round_shift((int64_t)p->certainties[rule] * degree, 14);
    int32_t *const so_far = output + p->targets[rule];
    *so_far = tk_rules_combine(*so_far, certainty);
  }
}

#endif
