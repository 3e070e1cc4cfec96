/* MINIMUM: the smaller of both operands, as they are stored. */
#include "tk_minimum.h"

static inline int8_t smaller(const void *params, int8_t a, int8_t b) {
  (void)params;
  return a < b ? a : b;
}

void tk_minimum_s8(const tk_minimum_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  tk_combine(&params->loops, a, b, output, smaller, params);
}
