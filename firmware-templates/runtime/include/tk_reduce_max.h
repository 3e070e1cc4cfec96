#ifndef TK_REDUCE_MAX_H
#define TK_REDUCE_MAX_H

#include <stdint.h>

#include "tk_reduction.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  tk_reduction reduction;
} tk_reduce_max_params;

/* Input and output have the same quantization. */
void tk_reduce_max_s8(const tk_reduce_max_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
