/* From scores to an alarm: confirmed, with hysteresis, and not twice for one fault.
 * The same decisions as in converter/detectors/alarm.ts. */
#ifndef TK_ALARM_H
#define TK_ALARM_H

#include <stdint.h>

typedef struct {
  /* A score above `raise` raises an alarm, one not above `clear` ends it. */
  int32_t raise;
  int32_t clear;
  /* Scores in a row that it takes to raise one, 1 at least. */
  int32_t confirm;
  /* Scores after the end of an alarm that are not looked at. */
  int32_t hold_off;
} tk_alarm_params;

/* Begins as 0. */
typedef struct {
  int32_t active;
  /* High scores in a row. */
  int32_t high;
  /* Scores that are still to be left out. */
  int32_t quiet;
} tk_alarm_state;

/* alarm: 1 while there is one. */
static inline void tk_alarm(const tk_alarm_params *p, tk_alarm_state *s, const int32_t *score, int32_t *alarm) {
  if (s->active) {
    s->active = *score > p->clear;
    if (!s->active) s->quiet = p->hold_off;
  } else if (s->quiet > 0) {
    s->quiet--;
  } else {
    s->high = *score > p->raise ? s->high + 1 : 0;
    s->active = s->high == p->confirm;
    if (s->active) s->high = 0;
  }
  *alarm = s->active;
}

#endif
