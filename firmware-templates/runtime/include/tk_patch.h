/* The bytes of the input under a window, one after the other: [filter_h, filter_w, channels]. */
#ifndef TK_PATCH_H
#define TK_PATCH_H

#include <stdint.h>

#include "tk_bytes.h"
#include "tk_inline.h"
#include "tk_window.h"

/* Where a window stands. */
typedef struct {
  /* The whole of one image. */
  const int8_t *image;
  int32_t y;
  int32_t x;
} tk_place;

static TK_INLINE tk_place tk_first_place(const int8_t *input) {
  tk_place place;
  place.image = input;
  place.y = 0;
  place.x = 0;
  return place;
}

/* In the order of the output's pixels. */
static TK_PART void tk_next_place(const tk_window *w, tk_place *place) {
  if (++place->x < w->out_w) return;
  place->x = 0;
  if (++place->y < w->out_h) return;
  place->y = 0;
  place->image += w->in_h * w->in_w * w->in_c;
}

/* Whether no window leaves the input, from filter position 0 of the first to the last one of the last. */
static TK_INLINE int32_t tk_stays_inside(int32_t out, int32_t stride, int32_t pad, int32_t filter, int32_t dilation,
                                         int32_t size) {
  return pad == 0 && (out - 1) * stride + (filter - 1) * dilation < size;
}

/* Whether what is under the window lies together in the input already. */
static TK_INLINE int32_t tk_is_dense(const tk_window *w, int32_t channels) {
  const int32_t inside = tk_stays_inside(w->out_h, w->stride_h, w->pad_top, w->filter_h, w->dilation_h, w->in_h) &&
                         tk_stays_inside(w->out_w, w->stride_w, w->pad_left, w->filter_w, w->dilation_w, w->in_w);
  const int32_t one_column = w->filter_w == 1 || (w->dilation_w == 1 && channels == w->in_c);
  const int32_t one_row =
      w->filter_h == 1 || (w->dilation_h == 1 && w->filter_w == w->in_w && w->dilation_w == 1 && channels == w->in_c);
  return inside && one_column && one_row;
}

/* `count` taps of each of `rows` rows, which are inside the input from `from` on. */
static TK_INLINE void tk_gather_rows(const tk_window *w, const int8_t *from, int32_t rows, int32_t count,
                                     int32_t channels, int8_t *to) {
  const int32_t together = w->dilation_w == 1 && channels == w->in_c;
  const int32_t runs = together ? 1 : count;
  const int32_t run = together ? count * channels : channels;
  TK_UNROLL
  for (int32_t row = 0; row < rows; row++) {
    const int8_t *tap = from + row * w->dilation_h * w->in_w * w->in_c;
    int8_t *copy = to + row * w->filter_w * channels;
    for (int32_t i = 0; i < runs; i++, tap += w->dilation_w * w->in_c, copy += run) tk_copy_bytes(copy, tap, run);
  }
}

/* The patch at a place, the first channel of whose image is `image`. What is outside the input is `padding`. */
static TK_INLINE void tk_gather_window(const tk_window *w, const int8_t *image, int32_t out_y, int32_t out_x,
                                       int32_t channels, int32_t padding, int8_t *copy) {
  const int32_t row_size = w->filter_w * channels;
  const tk_span rows = tk_inside(out_y, w->stride_h, w->pad_top, w->filter_h, w->dilation_h, w->in_h);
  const tk_span columns = tk_inside(out_x, w->stride_w, w->pad_left, w->filter_w, w->dilation_w, w->in_w);
  const int32_t y = rows.origin + rows.begin * w->dilation_h;
  const int32_t x = columns.origin + columns.begin * w->dilation_w;
  const int32_t height = rows.end - rows.begin;
  const int32_t width = columns.end - columns.begin;
  const int8_t *const from = image + (y * w->in_w + x) * w->in_c;
  if (height == w->filter_h && width == w->filter_w) {
    tk_gather_rows(w, from, w->filter_h, w->filter_w, channels, copy);
    return;
  }
  tk_fill_bytes(copy, padding, w->filter_h * row_size);
  if (width <= 0) return;
  tk_gather_rows(w, from, height, width, channels, copy + rows.begin * row_size + columns.begin * channels);
}

/* The patch of `channels` channels from `first` on: in the input itself where it lies together there, or copied. */
static TK_PART const int8_t *tk_gather(const tk_window *w, tk_place place, int32_t first, int32_t channels,
                                       int32_t padding, int8_t *copy) {
  const int8_t *const image = place.image + first;
  if (tk_is_dense(w, channels)) return image + (place.y * w->stride_h * w->in_w + place.x * w->stride_w) * w->in_c;
  tk_gather_window(w, image, place.y, place.x, channels, padding, copy);
  return copy;
}

#endif
