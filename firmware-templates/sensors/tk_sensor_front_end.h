/* Windows of an accelerometer or the like as features: per axis statistics and band energies, on a scale of octaves.
 * The same integers as in trainer/sensors/front_end.ts. */
#ifndef TK_SENSOR_FRONT_END_H
#define TK_SENSOR_FRONT_END_H

#include <stdint.h>

#include "tk_integer.h"
#include "tk_log2.h"
#include "tk_real_fft.h"
#include "tk_shape.h"
#include "tk_statistics.h"

typedef struct {
  /* 4 to 2048 */
  int32_t samples;
  int32_t axes;
  /* 1 takes a straight line off, 0 the mean. */
  int32_t line;
  /* log2 of the samples, Q10. */
  int32_t log_samples;
  /* Samples between those whose differences are taken. */
  int32_t lag;
  /* 1 for each that is a feature. */
  int32_t rms, difference_rms, mad, kurtosis, crest;
  /* 0 without bands. */
  int32_t bands;
  /* [bands + 1]: first bin of each, and the end of the last. */
  const uint16_t *edges;
  /* [samples], Q12 */
  const int16_t *window;
  tk_real_fft_params fft;
} tk_sensor_front_end_params;

static inline int16_t tk_feature(int32_t value) { return (int16_t)tk_clamp_wide(value, INT16_MIN, INT16_MAX); }

static inline int16_t *tk_sensor_statistics(const tk_sensor_front_end_params *p, const int16_t *shape, int32_t octaves,
                                            int16_t *output) {
  const int32_t n = p->samples;
  const int32_t rms = tk_root_mean(tk_energy(shape, n), p->log_samples);
  if (p->rms) *output++ = tk_feature(rms + octaves);
  if (p->difference_rms) {
    const uint64_t energy = tk_difference_energy(shape, n, p->lag);
    *output++ = tk_feature(tk_root_mean(energy, p->log_samples) + octaves);
  }
  if (p->mad) *output++ = tk_feature(tk_log2((uint64_t)tk_median_deviation(shape, n)) + octaves);
  if (p->kurtosis) *output++ = tk_feature(tk_kurtosis(shape, n, p->log_samples));
  if (p->crest) *output++ = tk_feature(tk_log2((uint64_t)tk_peak(shape, n)) - rms);
  return output;
}

/* Windows the shape where it stands; work: [points], bins: [points + 2]. */
static inline int16_t *tk_sensor_bands(const tk_sensor_front_end_params *p, int16_t *shape, int32_t octaves,
                                       int16_t *output) {
  int16_t *const work = shape + p->samples;
  int16_t *const bins = work + 2 * p->fft.half;
  for (int32_t i = 0; i < p->samples; i++) shape[i] = (int16_t)((shape[i] * p->window[i]) >> 12);
  tk_real_fft(&p->fft, shape, p->samples, work, bins);
  for (int32_t band = 0; band < p->bands; band++) {
    uint64_t energy = 0;
    for (int32_t i = 2 * p->edges[band]; i < 2 * p->edges[band + 1]; i++) energy += tk_square(bins[i]);
    *output++ = tk_feature((tk_log2(energy) >> 1) + octaves);
  }
  return output;
}

/* input: [samples, axes]; scratch: [samples], and with bands [samples + 4 * fft.half + 2]; output: axis by axis. */
static inline void tk_sensor_front_end(const tk_sensor_front_end_params *p, int16_t *scratch, const int16_t *input,
                                       int16_t *output) {
  for (int32_t i = 0; i < p->axes; i++) {
    tk_axis axis = {input + i, p->axes, p->samples, 0, 0};
    tk_axis_trend(&axis, p->line);
    const int32_t octaves = tk_axis_shape(&axis, p->log_samples, scratch);
    output = tk_sensor_statistics(p, scratch, octaves, output);
    if (p->bands) output = tk_sensor_bands(p, scratch, octaves, output);
  }
}

#endif
