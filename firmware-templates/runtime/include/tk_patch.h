/* The bytes of the input under a window, one after the other: [filter_h, filter_w, channels]. */
#ifndef TK_PATCH_H
#define TK_PATCH_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_simd.h"
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

static TK_INLINE void tk_copy_four(int8_t *to, const int8_t *from) {
#if TK_IS_THUMB1
  /* It has no words at any address: memcpy() would be called. */
  const int8_t first = from[0], second = from[1], third = from[2], fourth = from[3];
  to[0] = first;
  to[1] = second;
  to[2] = third;
  to[3] = fourth;
#else
  memcpy(to, from, 4);
#endif
}

static TK_PART void tk_copy_bytes(int8_t *to, const int8_t *from, int32_t count) {
  int32_t i = 0;
  for (; i + 4 <= count; i += 4) tk_copy_four(to + i, from + i);
  for (; i < count; i++) to[i] = from[i];
}

static TK_INLINE void tk_fill_bytes(int8_t *to, int32_t value, int32_t count) {
  for (int32_t i = 0; i < count; i++) to[i] = (int8_t)value;
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

/* One row of taps, at x in the input's row; what is outside gets the value `padding`. */
static TK_INLINE void tk_gather_row(const tk_window *w, const int8_t *row, int32_t x, int32_t channels, int32_t padding,
                                    int8_t *patch) {
  if (w->dilation_w == 1 && channels == w->in_c && x >= 0 && x + w->filter_w <= w->in_w) {
    tk_copy_bytes(patch, row + x * channels, w->filter_w * channels);
    return;
  }
  for (int32_t tap = 0; tap < w->filter_w; tap++, x += w->dilation_w, patch += channels) {
    if (x >= 0 && x < w->in_w) {
      tk_copy_bytes(patch, row + x * w->in_c, channels);
    } else {
      tk_fill_bytes(patch, padding, channels);
    }
  }
}

/* The patch of `channels` channels from `first` on: in the input itself where it lies together there, or copied. */
static TK_PART const int8_t *tk_gather(const tk_window *w, tk_place place, int32_t first, int32_t channels,
                                       int32_t padding, int8_t *copy) {
  const int32_t x = place.x * w->stride_w - w->pad_left;
  const int32_t row_size = w->filter_w * channels;
  const int8_t *const image = place.image + first;
  int32_t y = place.y * w->stride_h - w->pad_top;
  if (tk_is_dense(w, channels)) return image + (y * w->in_w + x) * w->in_c;
  for (int32_t tap = 0; tap < w->filter_h; tap++, y += w->dilation_h) {
    if (y >= 0 && y < w->in_h) {
      tk_gather_row(w, image + y * w->in_w * w->in_c, x, channels, padding, copy + tap * row_size);
    } else {
      tk_fill_bytes(copy + tap * row_size, padding, row_size);
    }
  }
  return copy;
}

#endif
