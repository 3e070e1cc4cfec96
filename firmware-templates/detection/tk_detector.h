/* From posteriors to detections: their means over the newest steps, a threshold for each keyword, and a pause after each. */
#ifndef TK_DETECTOR_H
#define TK_DETECTOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tk_inline.h"

typedef struct {
  int32_t classes;
  /* Posteriors that are averaged. */
  int32_t smoothing;
  /* Of each class: the mean posterior in 1/256 at which it is detected; 256 is never reached. */
  const uint16_t *thresholds;
  /* Steps after a detection in which there is no other. */
  uint32_t refractory;
} tk_detector_spec;

/* The caller owns the arrays. */
typedef struct {
  /* smoothing * classes posteriors in 1/256, and the sum of each class's. */
  uint8_t *history;
  uint32_t *sums;
  /* Which of the history is the oldest. */
  int32_t next;
  uint32_t pause;
  uint32_t steps;
} tk_detector;

static TK_INLINE void tk_detector_forget(const tk_detector_spec *spec, tk_detector *detector) {
  memset(detector->history, 0, (size_t)(spec->smoothing * spec->classes));
  memset(detector->sums, 0, (size_t)spec->classes * sizeof *detector->sums);
  detector->next = 0;
}

static TK_INLINE void tk_detector_reset(const tk_detector_spec *spec, tk_detector *detector) {
  tk_detector_forget(spec, detector);
  detector->pause = 0;
  detector->steps = 0;
}

/* Takes a step's posteriors, 0 where there are none, in place of the oldest. */
static TK_INLINE void tk_detector_gather(const tk_detector_spec *spec, tk_detector *detector, const int8_t *posteriors) {
  uint8_t *const oldest = detector->history + detector->next * spec->classes;
  for (int32_t i = 0; i < spec->classes; i++) {
    const uint8_t value = posteriors != NULL ? (uint8_t)(posteriors[i] + 128) : 0;
    detector->sums[i] += (uint32_t)value - oldest[i];
    oldest[i] = value;
  }
  detector->next = detector->next + 1 < spec->smoothing ? detector->next + 1 : 0;
}

/* The class with the highest mean of those that reach their thresholds, the first of equals; -1 where none does. */
static TK_INLINE int32_t tk_detector_strongest(const tk_detector_spec *spec, const uint32_t *sums) {
  int32_t best = -1;
  for (int32_t i = 0; i < spec->classes; i++) {
    if (sums[i] >= spec->thresholds[i] * (uint32_t)spec->smoothing && (best < 0 || sums[i] > sums[best])) best = i;
  }
  return best;
}

/* Ends a step. @param posteriors the model's output, or NULL where it did not run @param score the sum of a detection's
 * posteriors, in 1/256. Returns the class that was detected, or -1. */
static TK_INLINE int32_t tk_detector_push(const tk_detector_spec *spec, tk_detector *detector, const int8_t *posteriors,
                                          uint32_t *score) {
  tk_detector_gather(spec, detector, posteriors);
  detector->steps++;
  if (detector->pause > 0) {
    detector->pause--;
    return -1;
  }
  const int32_t keyword = tk_detector_strongest(spec, detector->sums);
  if (keyword < 0) return -1;
  *score = detector->sums[keyword];
  tk_detector_forget(spec, detector);
  detector->pause = spec->refractory;
  return keyword;
}

#endif
