/* MAXIMUM: the larger of both operands, as they are stored. */
#ifndef TK_MAXIMUM_H
#define TK_MAXIMUM_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_loops.h"

typedef struct {
  tk_loops loops;
} tk_maximum_params;

static inline int8_t tk_maximum_larger(const void *params, int8_t a, int8_t b) {
  (void)params;
  return a > b ? a : b;
}

/* The larger of both; operands and output have the same quantization. */
static TK_INLINE void tk_maximum_s8(const tk_maximum_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  tk_combine(&params->loops, a, b, output, tk_maximum_larger, params);
}

#endif
