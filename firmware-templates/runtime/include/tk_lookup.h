/* An element-wise function as a table of its 256 values. */
#ifndef TK_LOOKUP_H
#define TK_LOOKUP_H

#include <stdint.h>

#include "tk_inline.h"

typedef struct {
  int32_t count;
} tk_lookup_params;

/* table: [256], the outputs for the inputs -128 to 127. Input and output may be the same array. */
static TK_INLINE void tk_lookup_s8(const tk_lookup_params *params, const int8_t *input, const int8_t *table,
                                   int8_t *output) {
  const int8_t *const of_zero = table + 128;
  for (int32_t i = 0; i < params->count; i++) output[i] = of_zero[input[i]];
}

#endif
