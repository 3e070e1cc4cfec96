#ifndef TK_MINIMUM_H
#define TK_MINIMUM_H

#include <stdint.h>

#include "tk_loops.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  tk_loops loops;
} tk_minimum_params;

/* The smaller of both; operands and output have the same quantization. */
void tk_minimum_s8(const tk_minimum_params *params, const int8_t *a, const int8_t *b, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
