/* Whether inputs are still what the detector was trained on: running statistics of some features and of the score.
 * The same integers as in base/drift.ts. */
#ifndef TK_DRIFT_H
#define TK_DRIFT_H

#include <stdint.h>

#include "tk_integer.h"
#include "tk_log2.h"

enum { TK_DRIFT_BINS = 4 };

/* What is known of a quantity from training, in words: which feature it is (-1 is the score, -2 and below the mean
 * of axis 0, 1 ...), its mean, spreads in Q24 for one integer; first value of each bin but the first; shares of the bins, Q16; limits: stability index Q10, mean in spreads
 * Q8, spread in octaves Q10, windows without a change. */
enum {
  TK_DRIFT_SOURCE = 0,
  TK_DRIFT_MEAN = 1,
  TK_DRIFT_GAIN = 2,
  TK_DRIFT_CUTS = 3,
  TK_DRIFT_SHARES = 6,
  TK_DRIFT_LIMITS = 10,
  TK_DRIFT_WORDS = 14
};

typedef struct {
  int32_t quantities;
  /* Statistics forget over about 2^bits windows. */
  int32_t bits;
  /* [quantities, TK_DRIFT_WORDS] */
  const int32_t *known;
  /* Of a window. */
  int32_t samples;
  int32_t axes;
} tk_drift_params;

/* Of one quantity. */
typedef struct {
  /* Of the deviation in spreads and of its square, Q16. */
  int32_t mean;
  int32_t square;
  /* Shares, Q16. */
  uint16_t bins[TK_DRIFT_BINS];
  /* Low 16 bits of the value before, and for how many windows it has been the same. */
  int16_t last;
  uint16_t run;
} tk_drift_running;

/* What is watched of a window. */
typedef struct {
  /* [samples, axes] */
  const int16_t *window;
  const int16_t *features;
  int32_t score;
} tk_drift_input;

/* Rounded towards 0. */
static inline int32_t tk_drift_axis_mean(const tk_drift_params *p, const int16_t *window, int32_t axis) {
  int32_t sum = 0;
  for (int32_t i = 0; i < p->samples; i++) sum += window[i * p->axes + axis];
  return sum / p->samples;
}

static inline int32_t tk_drift_value(const tk_drift_params *p, const tk_drift_input *input, int32_t source) {
  if (source == -1) return input->score;
  return source < -1 ? tk_drift_axis_mean(p, input->window, -2 - source) : input->features[source];
}

static inline void tk_drift_begin(const int32_t *known, tk_drift_running *s) {
  for (int32_t i = 0; i < TK_DRIFT_BINS; i++) s->bins[i] = (uint16_t)known[TK_DRIFT_SHARES + i];
  s->mean = 0;
  s->square = (int32_t)1 << 16;
}

static inline void tk_drift_count(const int32_t *known, int32_t bits, tk_drift_running *s, int32_t value) {
  int32_t bin = 0;
  for (int32_t i = 0; i < TK_DRIFT_BINS - 1; i++) bin += value >= known[TK_DRIFT_CUTS + i];
  for (int32_t i = 0; i < TK_DRIFT_BINS; i++) {
    const int32_t share = s->bins[i];
    s->bins[i] = (uint16_t)(share + ((i == bin ? UINT16_MAX - share : -share) >> bits));
  }
}

static inline void tk_drift_update(const int32_t *known, int32_t bits, tk_drift_running *s, int32_t value, int32_t first) {
  const int64_t far = (int64_t)1 << 26;
  const int64_t away = tk_clamp_wide((int64_t)value - known[TK_DRIFT_MEAN], -far, far);
  const int32_t deviation = (int32_t)tk_clamp_wide(tk_round_shift(away * known[TK_DRIFT_GAIN], 16), -2048, 2048);
  const int16_t low = (int16_t)(uint16_t)((uint32_t)value & 0xffffu);
  tk_drift_count(known, bits, s, value);
  s->mean += (int32_t)tk_round_shift(deviation * (int32_t)256 - s->mean, bits);
  s->square += (int32_t)tk_round_shift(deviation * deviation - s->square, bits);
  s->run = (uint16_t)(first || low != s->last ? 0 : s->run + (s->run < UINT16_MAX));
  s->last = low;
}

/* Population stability index, Q10: the sum over bins of (p - q) ln(p / q). */
static inline int32_t tk_drift_stability(const int32_t *known, const tk_drift_running *s) {
  int64_t sum = 0;
  for (int32_t i = 0; i < TK_DRIFT_BINS; i++) {
    const int32_t before = known[TK_DRIFT_SHARES + i];
    const int32_t share = s->bins[i] > 64 ? s->bins[i] : 64;
    sum += (int64_t)(share - before) * (tk_log2((uint64_t)share) - tk_log2((uint64_t)before));
  }
  return tk_saturate(tk_round_shift(tk_round_shift(sum, 11) * 22713, 20));
}

static inline int32_t tk_drift_is_beyond(const int32_t *known, const tk_drift_running *s) {
  const int32_t *const limits = known + TK_DRIFT_LIMITS;
  const int32_t shift = (int32_t)tk_round_shift(tk_magnitude(s->mean), 8);
  const int64_t variance = s->square - tk_round_shift((int64_t)s->mean * s->mean, 16);
  const int32_t octaves = (tk_log2((uint64_t)(variance > 1 ? variance : 1)) - 16 * (1 << TK_LOG_BITS)) >> 1;
  return tk_drift_stability(known, s) > limits[0] || shift > limits[1] || tk_magnitude(octaves) > limits[2] ||
         s->run > limits[3];
}

/* One window: updates every quantity, and judges one, in turn. state: [quantities]; scores: the first is watched;
 * moved: which quantities were beyond a limit when each was last judged, as bits, then how many windows there were. All
 * begins as 0. */
static inline void tk_drift(const tk_drift_params *p, tk_drift_running *state, const int16_t *window,
                            const int16_t *features, const int32_t *scores, int32_t *moved) {
  const tk_drift_input input = {window, features, scores[0]};
  const int32_t first = moved[1] == 0;
  for (int32_t i = 0; i < p->quantities; i++) {
    const int32_t *const known = p->known + i * TK_DRIFT_WORDS;
    if (first) tk_drift_begin(known, &state[i]);
    tk_drift_update(known, p->bits, &state[i], tk_drift_value(p, &input, known[TK_DRIFT_SOURCE]), first);
  }
  const int32_t judged = moved[1] % p->quantities;
  const int32_t bit = (int32_t)1 << judged;
  const int32_t beyond = tk_drift_is_beyond(p->known + judged * TK_DRIFT_WORDS, &state[judged]);
  moved[0] = beyond ? moved[0] | bit : moved[0] & ~bit;
  moved[1] = moved[1] < INT32_MAX ? moved[1] + 1 : INT32_MAX - INT32_MAX % p->quantities;
}

#endif
