/* TFLite Micro's audio front end, integer for integer: window, FFT, mel channels, noise reduction, PCAN, logarithm. */
#ifndef TK_FRONTEND_H
#define TK_FRONTEND_H

#include <stdint.h>
#include <string.h>

#include "tk_fft.h"
#include "tk_filterbank.h"
#include "tk_frame.h"
#include "tk_inline.h"
#include "tk_log_scale.h"
#include "tk_noise_reduction.h"
#include "tk_pcan.h"
#include "tk_spectrum.h"

typedef struct {
  tk_framing framing;
  /* Roots of unity: tk_fft()'s and tk_power_spectrum()'s. */
  const int16_t *twiddles;
  const int16_t *split_twiddles;
  tk_filterbank filterbank;
  tk_noise_reduction noise_reduction;
  tk_pcan pcan;
  tk_log_scale log_scale;
} tk_frontend_spec;

/* What a stream has left behind; the caller owns the arrays. */
typedef struct {
  /* Samples of the frame that is being filled: as many as it has, and one more where they are odd; at an address that is a
   * multiple of 4. */
  int16_t *frame;
  int32_t used;
  /* Of each channel. */
  uint32_t *noise;
  /* Scratch: the FFT's points, and a value for each channel. */
  uint32_t *points;
  uint32_t *channels;
} tk_frontend_state;

/* Forgets all samples and noise: the next sample is the first. */
static TK_INLINE void tk_frontend_reset(const tk_frontend_spec *spec, tk_frontend_state *state) {
  state->used = 0;
  memset(state->noise, 0, (size_t)spec->filterbank.channels * sizeof *state->noise);
}

/* Takes samples, at most to the end of a frame; returns how many it took. None are taken from a full frame. */
static TK_INLINE int32_t tk_frontend_feed(const tk_frontend_spec *spec, tk_frontend_state *state,
                                          const int16_t *samples, int32_t count) {
  const int32_t taken = tk_frame_fill(&spec->framing, state->frame, state->used, samples, count);
  state->used += taken;
  return taken;
}

/* The powers of a full frame's spectrum, in place of its points; returns how far left its samples were shifted. */
static TK_INLINE int32_t tk_frontend_spectrum(const tk_frontend_spec *spec, tk_frontend_state *state) {
  const int32_t points = spec->framing.points;
  const int32_t shift = tk_frame_window(&spec->framing, state->frame, state->points);
  tk_frame_normalize(state->points, points, shift);
  tk_fft(state->points, points, spec->twiddles);
  tk_power_spectrum(state->points, points, spec->split_twiddles);
  return shift;
}

/* Writes the features of a full frame, one for each channel, and steps on to the next; returns 1, or 0 where samples are
 * still lacking. */
static TK_INLINE int32_t tk_frontend_frame(const tk_frontend_spec *spec, tk_frontend_state *state, uint16_t *features) {
  if (state->used < spec->framing.size) return 0;
  const int32_t channels = spec->filterbank.channels;
  const int32_t shift = tk_frontend_spectrum(spec, state);
  tk_frame_step(&spec->framing, state->frame);
  state->used -= spec->framing.stride;
  tk_filterbank_apply(&spec->filterbank, state->points, shift, state->channels);
  tk_noise_reduction_apply(&spec->noise_reduction, state->channels, state->noise, channels);
  if (spec->pcan.gains != NULL) tk_pcan_apply(&spec->pcan, state->channels, state->noise, channels);
  tk_log_scale_apply(&spec->log_scale, state->channels, features, channels);
  return 1;
}

#endif
