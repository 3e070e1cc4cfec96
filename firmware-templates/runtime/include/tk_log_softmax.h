#ifndef TK_LOG_SOFTMAX_H
#define TK_LOG_SOFTMAX_H

#include <stdint.h>

#include "tk_differences.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  /* Rows of `depth` elements, 1 to 4095, each normalised by itself. */
  int32_t rows;
  int32_t depth;
  tk_differences differences;
} tk_log_softmax_params;

/* The output's scale is 1/16, its zero point 127. */
void tk_log_softmax_s8(const tk_log_softmax_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
