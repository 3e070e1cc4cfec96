/* A convolution as products of matrices: rows of weights times what lies under the windows of a few output pixels,
 * which are in flight together: all of that is copied before anything of these pixels is written, and all their
 * channels are written before anything of the next pixels is read. Pixels come in the order of the output; the last
 * flight may have fewer. With groups, this holds for each group by itself: there the output must not overlap the
 * input. */
#ifndef TK_CONVOLVE_H
#define TK_CONVOLVE_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_output.h"
#include "tk_patch.h"
#include "tk_window.h"

typedef struct {
  tk_window window;
  /* A filter sees in_c / groups channels of the input; out_c / groups filters in a row see the same ones. */
  int32_t group_in_c;
  int32_t group_out_c;
  /* What is outside the input: its zero point. */
  int32_t padding;
  tk_output output;
} tk_conv_2d_params;

enum { TK_PIXELS_MOST = 3, TK_ROWS = 2 };

/* The sums of TK_ROWS channels of all pixels in flight, and what they are made of beside products. Assembly knows the
 * places. */
typedef struct {
  /* Of each pixel. */
  int32_t starts[TK_PIXELS_MOST];
  /* Of each channel. */
  int32_t bias[TK_ROWS];
  /* [channel][pixel] */
  int32_t sums[TK_ROWS * TK_PIXELS_MOST];
} tk_sums;

/* The pixels in flight; where there are fewer, the last one is there several times. */
typedef struct {
  void *patch;
  /* From each pixel's output to the next one's, 0 from the last one on. */
  int32_t steps[TK_PIXELS_MOST];
  tk_sums sums;
} tk_flight;

/* How a core multiplies: constants, so that its functions are inlined. */
typedef struct {
  /* In flight. */
  int32_t pixels;
  /* Where a pixel's bytes are gathered, if the input does not have them together. */
  int8_t *(*gather_at)(void *patch, int32_t depth, int32_t pixel);
  /* Puts a pixel's bytes into the patch. Returns what its sums start with. */
  int32_t (*unpack)(const int8_t *bytes, int32_t depth, int32_t pixel, void *patch);
  /* NULL, or instead of that: puts the bytes of all pixels into the patch. */
  void (*unpack_all)(const int8_t *const *bytes, int32_t depth, void *patch);
  /* Writes `count` of the layer's channels, those of a group, from `first` on, of all pixels in flight. output: that of
   * the first pixel. */
  void (*multiply)(const tk_conv_2d_params *params, tk_flight *flight, const int8_t *weights,
                   const tk_channels *channels, int32_t first, int32_t count, int8_t *output);
} tk_multiplier;

/* Sums the products of `count` rows, 1 or TK_ROWS, from `row` of the layer's `rows` on. */
typedef void (*tk_dot)(const void *patch, const int8_t *weights, int32_t depth, int32_t rows, int32_t row,
                       int32_t count, tk_sums *sums);

/* Gathers the next pixels, or the `left` that there are. */
static TK_INLINE void tk_gather_flight(const tk_conv_2d_params *params, const tk_multiplier *m, tk_place *place,
                                       int32_t first, int32_t left, tk_flight *flight) {
  const tk_window *w = &params->window;
  const int32_t depth = w->filter_h * w->filter_w * params->group_in_c;
  const int32_t count = left < m->pixels ? left : m->pixels;
  const int8_t *bytes[TK_PIXELS_MOST];
  for (int32_t pixel = 0; pixel < m->pixels; pixel++) {
    int8_t *const copy = m->gather_at(flight->patch, depth, pixel);
    bytes[pixel] = tk_gather(w, *place, first, params->group_in_c, params->padding, copy);
    if (m->unpack != NULL) flight->sums.starts[pixel] = m->unpack(bytes[pixel], depth, pixel, flight->patch);
    flight->steps[pixel] = pixel + 1 < count ? w->out_c : 0;
    if (pixel + 1 < count) tk_next_place(w, place);
  }
  if (m->unpack_all != NULL) m->unpack_all(bytes, depth, flight->patch);
  tk_next_place(w, place);
}

/* How sums of one pixel and channel each are made and written: constants. */
typedef struct {
  int32_t pixels;
  tk_dot dot;
} tk_summation;

/* `count` channels from `row` on, 1 or TK_ROWS. */
static TK_PART void tk_multiply_rows(const tk_conv_2d_params *params, const tk_summation *how, tk_flight *flight,
                                     const int8_t *weights, const tk_channels *channels, int32_t row, int32_t count,
                                     int8_t *output) {
  const int32_t depth = params->window.filter_h * params->window.filter_w * params->group_in_c;
  TK_UNROLL
  for (int32_t i = 0; i < count; i++) flight->sums.bias[i] = tk_bias_of(channels, row + i);
  how->dot(flight->patch, weights, depth, params->window.out_c, row, count, &flight->sums);
  TK_UNROLL
  for (int32_t i = 0; i < count; i++) {
    const tk_scale scale = tk_scale_of(&params->output, channels, row + i);
    int8_t *to = output + row + i;
    TK_UNROLL
    for (int32_t p = 0; p < how->pixels; to += flight->steps[p++]) {
      *to = tk_output_of(&params->output, flight->sums.sums[i * how->pixels + p], scale);
    }
  }
}

/* A core's `multiply` by such sums. */
static TK_INLINE void tk_multiply_by_sums(const tk_conv_2d_params *params, const tk_summation *how, tk_flight *flight,
                                          const int8_t *weights, const tk_channels *channels, int32_t first,
                                          int32_t count, int8_t *output) {
  const int32_t odd = count % TK_ROWS;
  const int32_t end = first + count;
  int32_t row = first;
  for (; row < end - odd; row += TK_ROWS) {
    tk_multiply_rows(params, how, flight, weights, channels, row, TK_ROWS, output);
  }
  if (odd) tk_multiply_rows(params, how, flight, weights, channels, row, 1, output);
}

static TK_INLINE void tk_convolve(const tk_conv_2d_params *params, const tk_multiplier *m, const int8_t *input,
                                  const int8_t *weights, const tk_channels *channels, void *patch, int8_t *output) {
  const tk_window *w = &params->window;
  tk_place place = tk_first_place(input);
  tk_flight flight;
  flight.patch = patch;
  for (int32_t left = w->batches * w->out_h * w->out_w; left > 0; left -= m->pixels, output += m->pixels * w->out_c) {
    tk_place next = place;
    int32_t first_in = 0;
    for (int32_t row = 0; row < w->out_c; row += params->group_out_c, first_in += params->group_in_c) {
      next = place;
      tk_gather_flight(params, m, &next, first_in, left, &flight);
      m->multiply(params, &flight, weights, channels, row, params->group_out_c, output);
    }
    place = next;
  }
}

#endif
