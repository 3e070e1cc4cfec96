/* MINIMUM: the smaller of both operands, as they are stored. */
#ifndef TK_MINIMUM_H
#define TK_MINIMUM_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_loops.h"

typedef struct {
  tk_loops loops;
} tk_minimum_params;

static inline int8_t tk_minimum_smaller(const void *params, int8_t a, int8_t b) {
  (void)params;
  return a < b ? a : b;
}

/* The smaller of both; operands and output have the same quantization. */
static TK_INLINE void tk_minimum_s8(const tk_minimum_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  tk_combine(&params->loops, a, b, output, tk_minimum_smaller, params);
}

#endif
