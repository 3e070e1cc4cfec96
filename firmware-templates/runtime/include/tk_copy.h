#ifndef TK_COPY_H
#define TK_COPY_H

#include <stdint.h>

#include "tk_loops.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  /* Over the elements that are copied: tensor a is the input, tensor b the output. */
  tk_loops loops;
  /* The first element in each. */
  int32_t input_start;
  int32_t output_start;
} tk_copy_params;

/* CONCATENATION and PACK, once for each input; SPLIT and UNPACK, once for each output; SLICE, STRIDED_SLICE, TRANSPOSE. */
void tk_copy_s8(const tk_copy_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
