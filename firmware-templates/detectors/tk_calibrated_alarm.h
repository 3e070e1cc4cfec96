/* An alarm whose threshold the first windows on a new machine set: one of the highest scores, times a factor.
 * The same decisions as in converter/detectors/calibrated_alarm.ts. */
#ifndef TK_CALIBRATED_ALARM_H
#define TK_CALIBRATED_ALARM_H

#include <stdint.h>

#include "tk_alarm.h"
#include "tk_integer.h"

typedef struct {
  /* How many set it, in which there is no alarm. */
  int32_t windows;
  /* Which of the highest scores: 1 is the highest. */
  int32_t rank;
  /* What the threshold is to that score, and what ends an alarm to what raises it, Q8. */
  int32_t factor;
  int32_t clear;
  /* As in tk_alarm_params. */
  int32_t confirm;
  int32_t hold_off;
} tk_calibrated_alarm_params;

/* What is kept: windows so far, the thresholds, and the alarm's state. Begins as 0. */
enum {
  TK_CALIBRATED_SEEN = 0,
  TK_CALIBRATED_RAISE = 1,
  TK_CALIBRATED_CLEAR = 2,
  TK_CALIBRATED_ACTIVE = 3,
  TK_CALIBRATED_HIGH = 4,
  TK_CALIBRATED_QUIET = 5
};

/* Puts a score among the highest, which are in falling order. */
static inline void tk_calibrated_insert(int32_t *highest, int32_t seen, int32_t rank, int32_t score) {
  int32_t place = seen < rank ? seen : rank;
  while (place > 0 && highest[place - 1] < score) {
    if (place < rank) highest[place] = highest[place - 1];
    place--;
  }
  if (place < rank) highest[place] = score;
}

static inline void tk_calibrated_learn(const tk_calibrated_alarm_params *p, int32_t *highest, int32_t *kept,
                                       int32_t score) {
  tk_calibrated_insert(highest, kept[TK_CALIBRATED_SEEN], p->rank, score);
  if (++kept[TK_CALIBRATED_SEEN] < p->windows) return;
  const int32_t raise = tk_saturate(tk_round_shift((int64_t)highest[p->rank - 1] * p->factor, 8));
  const int32_t clear = tk_saturate(tk_round_shift((int64_t)raise * p->clear, 8));
  kept[TK_CALIBRATED_RAISE] = raise;
  kept[TK_CALIBRATED_CLEAR] = clear < raise ? clear : raise;
}

/* highest: [rank]; alarm: 1 while there is one. */
static inline void tk_calibrated_alarm(const tk_calibrated_alarm_params *p, int32_t *highest, int32_t *kept,
                                       const int32_t *score, int32_t *alarm) {
  if (kept[TK_CALIBRATED_SEEN] < p->windows) {
    tk_calibrated_learn(p, highest, kept, *score);
    *alarm = 0;
    return;
  }
  const tk_alarm_params params = {kept[TK_CALIBRATED_RAISE], kept[TK_CALIBRATED_CLEAR], p->confirm, p->hold_off};
  tk_alarm_state state = {kept[TK_CALIBRATED_ACTIVE], kept[TK_CALIBRATED_HIGH], kept[TK_CALIBRATED_QUIET]};
  tk_alarm(&params, &state, score, alarm);
  kept[TK_CALIBRATED_ACTIVE] = state.active;
  kept[TK_CALIBRATED_HIGH] = state.high;
  kept[TK_CALIBRATED_QUIET] = state.quiet;
}

#endif
