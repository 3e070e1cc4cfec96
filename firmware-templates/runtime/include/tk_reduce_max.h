/* REDUCE_MAX: the largest of the elements along some dimensions, as they are stored. */
#ifndef TK_REDUCE_MAX_H
#define TK_REDUCE_MAX_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_reduction.h"

typedef struct {
  tk_reduction reduction;
} tk_reduce_max_params;

static inline int32_t tk_reduce_max_larger(int32_t max, int8_t element) { return element > max ? element : max; }

static inline int8_t tk_reduce_max_unchanged(const void *params, int32_t max) {
  (void)params;
  return (int8_t)max;
}

/* Input and output have the same quantization. */
static TK_INLINE void tk_reduce_max_s8(const tk_reduce_max_params *params, const int8_t *input, int8_t *output) {
  tk_reduce(&params->reduction, input, output, -128, tk_reduce_max_larger, tk_reduce_max_unchanged, params);
}

#endif
