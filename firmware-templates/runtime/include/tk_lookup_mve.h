/* An element-wise function as a table of its 256 values, with Helium: 16 elements at a time. */
#ifndef TK_LOOKUP_MVE_H
#define TK_LOOKUP_MVE_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_lookup.h"
#include "tk_mve.h"

typedef tk_lookup_params tk_lookup_mve_params;

/* table: [256], the outputs for the inputs -128 to 127. Input and output may be the same array. */
static TK_INLINE void tk_lookup_mve_s8(const tk_lookup_params *params, const int8_t *input, const int8_t *table,
                                       int8_t *output) {
  for (int32_t i = 0; i < params->count; i += TK_VECTOR_BYTES) {
    const int32_t lanes = params->count - i < TK_VECTOR_BYTES ? params->count - i : TK_VECTOR_BYTES;
    const tk_bytes places = tk_add_to_bytes(tk_load_bytes(input + i, lanes), 128);
    tk_store_bytes(output + i, tk_gather_bytes(table, places, lanes), lanes);
  }
}

#endif
