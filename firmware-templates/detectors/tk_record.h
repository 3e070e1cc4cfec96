/* New extremes of a series: of itself, of its band-pass (slow moves) and of its mean change (liveliness).
 * The same integers as in converter/detectors/record.ts. */
#ifndef TK_RECORD_H
#define TK_RECORD_H

#include <stdint.h>

#include "tk_integer.h"

typedef struct {
  /* Samples before the first score. */
  int32_t warm_up;
  /* Averages are over about 2^bits samples. */
  int32_t fast_bits;
  int32_t slow_bits;
  int32_t change_bits;
  /* What a record is worth against one of the series itself, Q8. */
  int32_t band_weight;
  int32_t change_weight;
  /* Samples after a score in which only a higher one is reported. */
  int32_t hold_off;
} tk_record_params;

typedef struct {
  int32_t low;
  int32_t high;
} tk_record_extremes;

/* Averages are in Q6 of the samples; all of it begins as 0. */
typedef struct {
  int32_t samples;
  int32_t previous;
  int32_t fast;
  int32_t slow;
  int32_t liveliness;
  tk_record_extremes value;
  tk_record_extremes band;
  tk_record_extremes change;
  int32_t highest;
  int32_t left;
} tk_record_state;

/* An average over all samples so far, at most 2^bits of them. */
static inline int32_t tk_record_average(int32_t mean, int32_t x, int32_t samples, int32_t bits) {
  int32_t gain = 0;
  while (gain < bits && samples >> (gain + 1)) gain++;
  return mean + (int32_t)tk_round_shift((int64_t)x - mean, gain);
}

/* How far a value lies outside all before it, in Q16 of their range, at most 256; it is one of them from now on. */
static inline int64_t tk_record_beyond(tk_record_extremes *seen, int32_t value) {
  const int64_t above = (int64_t)value - seen->high;
  const int64_t below = (int64_t)seen->low - value;
  const int64_t excess = above > below ? above : below;
  const int64_t range = (int64_t)seen->high - seen->low;
  if (excess <= 0) return 0;
  if (above > 0) seen->high = value;
  if (below > 0) seen->low = value;
  return tk_clamp_wide((excess << 16) / (range > 1 ? range : 1), 0, (int64_t)1 << 24);
}

/* The score, where it is the highest for `hold_off` samples; 0 otherwise. */
static inline int32_t tk_record_report(tk_record_state *s, int32_t score, int32_t hold_off) {
  if (s->left > 0) s->left--;
  else s->highest = 0;
  if (score <= s->highest) return 0;
  s->highest = score;
  s->left = hold_off;
  return score;
}

static inline int64_t tk_record_most(const tk_record_params *p, tk_record_state *s, int32_t sample) {
  const int64_t value = tk_record_beyond(&s->value, sample) * 256;
  const int64_t band = tk_record_beyond(&s->band, s->fast - s->slow) * p->band_weight;
  const int64_t change = tk_record_beyond(&s->change, s->liveliness) * p->change_weight;
  const int64_t moves = band > change ? band : change;
  return value > moves ? value : moves;
}

/* input: one sample, of which 24 bits are used; output: one score in Q16. */
static inline void tk_record(const tk_record_params *p, tk_record_state *s, const int32_t *input, int32_t *output) {
  const int32_t limit = (1 << 23) - 1;
  const int32_t sample = (int32_t)tk_clamp_wide(input[0], -limit, limit);
  const int32_t scaled = sample * 64;
  if (s->samples == 0) {
    s->previous = s->fast = s->slow = scaled;
    s->value.low = s->value.high = sample;
  }
  if (s->samples < INT32_MAX) s->samples++;
  const int64_t change = tk_magnitude((int64_t)scaled - s->previous);
  s->fast = tk_record_average(s->fast, scaled, s->samples, p->fast_bits);
  s->slow = tk_record_average(s->slow, scaled, s->samples, p->slow_bits);
  s->liveliness = tk_record_average(s->liveliness, (int32_t)change, s->samples, p->change_bits);
  s->previous = scaled;
  const int64_t most = tk_record_most(p, s, sample);
  const int32_t score = s->samples > p->warm_up ? (int32_t)tk_round_shift(most, 8) : 0;
  output[0] = tk_record_report(s, score, p->hold_off);
}

#endif
