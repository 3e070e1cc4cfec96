/* Which part of a sliding window lies inside the input. */
#ifndef TK_WINDOW_H
#define TK_WINDOW_H

#include <stdint.h>

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
