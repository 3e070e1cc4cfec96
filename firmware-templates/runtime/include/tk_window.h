/* A window that slides over an image, and which part of it lies inside. */
#ifndef TK_WINDOW_H
#define TK_WINDOW_H

#include <stdint.h>

/* Sizes are in elements, 1 or more; padding is what the first window covers outside
 * the input, 0 or more. What lies outside is real zero. */
typedef struct {
  int32_t batches;
  int32_t in_h, in_w, in_c;
  int32_t out_h, out_w, out_c;
  int32_t filter_h, filter_w;
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
} tk_window;

/* Filter positions begin to end - 1 fall on input positions origin + position * dilation inside 0 to size - 1. */
typedef struct {
  int32_t origin;
  int32_t begin;
  int32_t end;
} tk_span;

static inline tk_span tk_inside(int32_t out, int32_t stride, int32_t pad, int32_t filter, int32_t dilation,
                                int32_t size) {
  tk_span span;
  span.origin = out * stride - pad;
  span.begin = span.origin < 0 ? (dilation - 1 - span.origin) / dilation : 0;
  span.end = (size - span.origin + dilation - 1) / dilation;
  if (span.end > filter) span.end = filter;
  return span;
}

#endif
