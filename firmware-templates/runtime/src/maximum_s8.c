/* MAXIMUM: the larger of both operands, as they are stored. */
#include "tk_maximum.h"

static inline int8_t larger(const void *params, int8_t a, int8_t b) {
  (void)params;
  return a > b ? a : b;
}

void tk_maximum_s8(const tk_maximum_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  tk_combine(&params->loops, a, b, output, larger, params);
}
