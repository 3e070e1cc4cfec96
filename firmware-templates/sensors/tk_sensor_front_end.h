/* Windows of an accelerometer or the like as features: per axis statistics and band energies, on a scale of octaves.
 * The same integers as in trainer/sensors/front_end.ts. */
#ifndef TK_SENSOR_FRONT_END_H
#define TK_SENSOR_FRONT_END_H

#include <stdint.h>

#include "tk_fft.h"
#include "tk_frame.h"
#include "tk_integer.h"
#include "tk_log2.h"
#include "tk_shape.h"
#include "tk_spectrum.h"
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
  /* A frame is a window. */
  tk_framing framing;
  /* Roots of unity: tk_fft()'s and tk_power_spectrum()'s. */
  const int16_t *twiddles;
  const int16_t *split_twiddles;
} tk_sensor_front_end_params;

/* Working memory: a shape's samples, or a point of the FFT. */
typedef union {
  int16_t samples[2];
  uint32_t point;
} tk_sensor_scratch;

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

/* The power of the highest bin, whose imaginary part is 0, by the FFT of pairs of samples. */
static inline uint32_t tk_highest_power(uint32_t first_point) {
  const uint32_t point = tk_complex_halve(first_point);
  return tk_power(tk_low(point) - tk_high(point), 0);
}

/* bins: [framing.points + 1]: their powers, of which the first is not written. */
static inline void tk_sensor_spectrum(const tk_sensor_front_end_params *p, const int16_t *shape, uint32_t *bins) {
  const int32_t points = p->framing.points;
  tk_frame_window(&p->framing, shape, bins);
  tk_fft(bins, points, p->twiddles);
  bins[points] = tk_highest_power(bins[0]);
  tk_power_spectrum(bins, points, p->split_twiddles);
}

static inline int16_t *tk_sensor_bands(const tk_sensor_front_end_params *p, const int16_t *shape, uint32_t *bins,
                                       int32_t octaves, int16_t *output) {
  tk_sensor_spectrum(p, shape, bins);
  for (int32_t band = 0; band < p->bands; band++) {
    uint64_t energy = 0;
    for (int32_t i = p->edges[band]; i < p->edges[band + 1]; i++) energy += bins[i];
    *output++ = tk_feature((tk_log2(energy) >> 1) + octaves);
  }
  return output;
}

/* input: [samples, axes]; scratch: half of the samples, and with bands framing.points + 1 more; output: axis by axis. */
static inline void tk_sensor_front_end(const tk_sensor_front_end_params *p, tk_sensor_scratch *scratch,
                                       const int16_t *input, int16_t *output) {
  int16_t *const shape = scratch->samples;
  uint32_t *const bins = &scratch[(p->samples + 1) / 2].point;
  for (int32_t i = 0; i < p->axes; i++) {
    tk_axis axis = {input + i, p->axes, p->samples, 0, 0};
    tk_axis_trend(&axis, p->line);
    const int32_t octaves = tk_axis_shape(&axis, p->log_samples, shape);
    output = tk_sensor_statistics(p, shape, octaves, output);
    if (p->bands) output = tk_sensor_bands(p, shape, bins, octaves, output);
  }
}

#endif
