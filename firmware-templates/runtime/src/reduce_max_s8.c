/* REDUCE_MAX: the largest of the elements along some dimensions, as they are stored. */
#include "tk_reduce_max.h"

static inline int32_t larger(int32_t max, int8_t element) { return element > max ? element : max; }

static inline int8_t unchanged(const void *params, int32_t max) {
  (void)params;
  return (int8_t)max;
}

void tk_reduce_max_s8(const tk_reduce_max_params *params, const int8_t *input, int8_t *output) {
  tk_reduce(&params->reduction, input, output, -128, larger, unchanged, params);
}
