#ifndef TK_PAD_H
#define TK_PAD_H

#include <stdint.h>

#include "tk_loops.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  /* Over the input, as tensor a, to its places in the output, as tensor b; the elements of a row lie together in both. */
  tk_loops loops;
  /* The place of the input's first element in the output, and the number of elements of the output. */
  int32_t start;
  int32_t count;
  /* Of the elements around the input: -128 to 127. */
  int32_t value;
} tk_pad_params;

/* PAD and PADV2. */
void tk_pad_s8(const tk_pad_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
