/* DEPTHWISE_CONV_2D with Helium: the inputs of a strip, of some output pixels of a row, are gathered for 16 output
 * channels, each channel's together, so that a pixel of a channel is one product of vectors. All that a strip's 16
 * channels depend on has been gathered before they are written; the strip's channels come in order.
 *
 * A patch: [16 channels][16] bytes, of which the first are what is under the strip's windows, [columns][filter_h]; a
 * window of more than 16 bytes, in a strip of one pixel, takes several such patches. */
#ifndef TK_DEPTHWISE_CONV_2D_MVE_H
#define TK_DEPTHWISE_CONV_2D_MVE_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_mve.h"
#include "tk_output_mve.h"
#include "tk_window.h"

typedef struct {
  tk_window window;
  /* What is outside the input: its zero point. */
  int32_t padding;
  /* out_c / in_c. */
  int32_t depth_multiplier;
  /* Output pixels of a strip, more than one only where dilation_w is 1. */
  int32_t strip;
  tk_output output;
} tk_depthwise_conv_2d_mve_params;

enum { TK_PATCH_BYTES = TK_VECTOR_BYTES * TK_VECTOR_BYTES };

/* The part of a strip that is inside the input. */
typedef struct {
  /* Its first pixel. */
  const int8_t *input;
  /* Its rows and columns; none where one of both is 0 or less. */
  int32_t height;
  int32_t width;
  /* Where it begins in a channel's patch. */
  int32_t first;
  /* Output pixels. */
  int32_t count;
} tk_strip;

static TK_INLINE int32_t tk_taps_of(const tk_window *w) { return w->filter_h * w->filter_w; }

static TK_INLINE int32_t tk_strip_columns(const tk_depthwise_conv_2d_mve_params *params) {
  return (params->strip - 1) * params->window.stride_w + params->window.filter_w;
}

/* For the 16 output channels from c on, the places of their inputs behind that of the first one. */
static TK_INLINE tk_bytes tk_input_channels(int32_t c, int32_t depth_multiplier) {
  int8_t offsets[TK_VECTOR_BYTES];
  int32_t offset = 0;
  for (int32_t i = 0, part = c % depth_multiplier; i < TK_VECTOR_BYTES; i++) {
    offsets[i] = (int8_t)offset;
    if (++part == depth_multiplier) {
      part = 0;
      offset++;
    }
  }
  return tk_load_bytes(offsets, TK_VECTOR_BYTES);
}

/* Where byte `slot` of the first channel's window is in the patches. */
static TK_INLINE int32_t tk_slot_place(const tk_window *w, int32_t slot) {
  if (tk_taps_of(w) <= TK_VECTOR_BYTES) return slot;
  return slot / TK_VECTOR_BYTES * TK_PATCH_BYTES + slot % TK_VECTOR_BYTES;
}

/* Gathers output channels c to c + lanes - 1. */
static TK_INLINE void tk_gather_strip(const tk_depthwise_conv_2d_mve_params *params, const tk_strip *strip, int32_t c,
                                      int32_t lanes, int8_t *patch) {
  const tk_window *w = &params->window;
  const int32_t m = params->depth_multiplier;
  const tk_bytes places = tk_offsets_by(TK_VECTOR_BYTES);
  const tk_bytes inputs = m > 1 ? tk_input_channels(c, m) : places;
  const int8_t *row = strip->input + c / m;
  for (int32_t y = 0; y < strip->height; y++, row += w->dilation_h * w->in_w * w->in_c) {
    const int8_t *from = row;
    int32_t slot = strip->first + y;
    for (int32_t left = strip->width; left > 0; left--) {
      const tk_bytes bytes = m > 1 ? tk_gather_bytes(from, inputs, lanes) : tk_load_bytes(from, lanes);
      tk_scatter_bytes(patch + tk_slot_place(w, slot), places, bytes);
      from += w->dilation_w * w->in_c;
      slot += w->filter_h;
    }
  }
}

/* The sums of `count` channels of a pixel. bytes, weights: of the first one; rows: the first 16 weights of each. */
static TK_INLINE tk_words tk_dot_channels(const tk_window *w, const int8_t *bytes, const int8_t *weights,
                                          const tk_four_bytes *rows, int32_t count) {
  const int32_t taps = tk_taps_of(w);
  int32_t sums[TK_VECTOR_WORDS] = {0, 0, 0, 0};
  TK_UNROLL
  for (int32_t i = 0; i < count; i++) {
    const int8_t *const channel = bytes + i * TK_VECTOR_BYTES;
    sums[i] = tk_products(tk_load_bytes(channel, TK_VECTOR_BYTES), rows->row[i]);
    for (int32_t k = TK_VECTOR_BYTES; k < taps; k += TK_VECTOR_BYTES) {
      const int32_t lanes = taps - k < TK_VECTOR_BYTES ? taps - k : TK_VECTOR_BYTES;
      const tk_bytes x = tk_load_bytes(channel + k * TK_VECTOR_BYTES, TK_VECTOR_BYTES);
      sums[i] = tk_add_products(sums[i], x, tk_load_bytes(weights + i * taps + k, lanes));
    }
  }
  return tk_words_of(sums[0], sums[1], sums[2], sums[3]);
}

/* `count` channels of all pixels of a strip. patch, weights: of the first channel; channel: its number. */
static TK_PART void tk_depthwise_quad(const tk_depthwise_conv_2d_mve_params *params, int32_t pixels,
                                      const int8_t *patch, const int8_t *weights, const tk_channels *channels,
                                      int32_t channel, int32_t count, int8_t *output) {
  const tk_window *w = &params->window;
  const int32_t taps = tk_taps_of(w);
  const tk_four_bytes rows = tk_load_rows(weights, taps, count, taps < TK_VECTOR_BYTES ? taps : TK_VECTOR_BYTES);
  const tk_quad quad = tk_quad_of(&params->output, channels, channel, count);
  for (; pixels > 0; pixels--, patch += w->stride_w * w->filter_h, output += w->out_c) {
    const tk_words sums = tk_dot_channels(w, patch, weights, &rows, count);
    tk_store_narrowed(output, tk_outputs_of(&params->output, sums, &quad, channels->bias != NULL), count);
  }
}

/* The channels c to c + lanes - 1 of a strip. */
static TK_INLINE void tk_depthwise_lanes(const tk_depthwise_conv_2d_mve_params *params, const tk_strip *strip,
                                         const int8_t *weights, const tk_channels *channels, int32_t c, int32_t lanes,
                                         int8_t *patch, int8_t *output) {
  const int32_t taps = tk_taps_of(&params->window);
  const int32_t rest = lanes % TK_VECTOR_WORDS;
  int32_t i = 0;
  tk_gather_strip(params, strip, c, lanes, patch);
  TK_UNROLL
  for (; i < lanes - rest; i += TK_VECTOR_WORDS) {
    tk_depthwise_quad(params, strip->count, patch + i * TK_VECTOR_BYTES, weights + (c + i) * taps, channels, c + i,
                      TK_VECTOR_WORDS, output + c + i);
  }
  if (rest) {
    tk_depthwise_quad(params, strip->count, patch + i * TK_VECTOR_BYTES, weights + (c + i) * taps, channels, c + i,
                      rest, output + c + i);
  }
}

/* The strip whose first output pixel is at x. image: the input's; rows: the patch's that are inside it. */
static TK_INLINE tk_strip tk_strip_at(const tk_depthwise_conv_2d_mve_params *params, const int8_t *image, tk_span rows,
                                      int32_t x) {
  const tk_window *w = &params->window;
  const tk_span columns =
      tk_inside(x, w->stride_w, w->pad_left, tk_strip_columns(params), w->dilation_w, w->in_w);
  const int32_t first_y = rows.origin + rows.begin * w->dilation_h;
  tk_strip strip;
  strip.height = rows.end - rows.begin;
  strip.width = columns.end - columns.begin;
  strip.first = columns.begin * w->filter_h + rows.begin;
  strip.input = image + (first_y * w->in_w + columns.origin + columns.begin * w->dilation_w) * w->in_c;
  strip.count = w->out_w - x < params->strip ? w->out_w - x : params->strip;
  return strip;
}

/* Where a strip leaves the input, everything that is not gathered is padding. */
static TK_INLINE void tk_pad_strip(const tk_depthwise_conv_2d_mve_params *params, const tk_strip *strip,
                                   int8_t *patch) {
  const tk_window *w = &params->window;
  const tk_bytes padding = tk_same_bytes(params->padding);
  const int32_t size = (tk_taps_of(w) + TK_VECTOR_BYTES - 1) / TK_VECTOR_BYTES * TK_PATCH_BYTES;
  if (strip->height == w->filter_h && strip->width == tk_strip_columns(params)) return;
  for (int32_t i = 0; i < size; i += TK_VECTOR_BYTES) tk_store_bytes(patch + i, padding, TK_VECTOR_BYTES);
}

/* weights: [out_c, filter_w, filter_h]; bias: [out_c], or NULL; multiplier, shift: as in tk_output_mve.h; patch: as
 * above, and 16 bytes behind it. */
static TK_INLINE void tk_depthwise_conv_2d_mve_s8(const tk_depthwise_conv_2d_mve_params *params, const int8_t *input,
                                                  const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                                  const int8_t *shift, int8_t *patch, int8_t *output) {
  const tk_window *w = &params->window;
  const tk_channels channels = {bias, multiplier, shift};
  const int32_t rest = w->out_c % TK_VECTOR_BYTES;
  for (int32_t row = 0; row < w->batches * w->out_h; row++) {
    const int32_t y = w->batches == 1 ? row : row % w->out_h;
    const int8_t *const image = input + (w->batches == 1 ? 0 : row / w->out_h * (w->in_h * w->in_w * w->in_c));
    const tk_span rows = tk_inside(y, w->stride_h, w->pad_top, w->filter_h, w->dilation_h, w->in_h);
    for (int32_t x = 0; x < w->out_w; x += params->strip) {
      const tk_strip strip = tk_strip_at(params, image, rows, x);
      int32_t c = 0;
      tk_pad_strip(params, &strip, patch);
      for (; c < w->out_c - rest; c += TK_VECTOR_BYTES) {
        tk_depthwise_lanes(params, &strip, weights, &channels, c, TK_VECTOR_BYTES, patch, output);
      }
      if (rest) tk_depthwise_lanes(params, &strip, weights, &channels, c, rest, patch, output);
      output += strip.count * w->out_c;
    }
  }
}

#endif
