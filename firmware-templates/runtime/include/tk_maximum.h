#ifndef TK_MAXIMUM_H
#define TK_MAXIMUM_H

#include <stdint.h>

#include "tk_loops.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  tk_loops loops;
} tk_maximum_params;

/* The larger of both; operands and output have the same quantization. */
void tk_maximum_s8(const tk_maximum_params *params, const int8_t *a, const int8_t *b, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
