#ifndef TK_CLAMP_H
#define TK_CLAMP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;
  /* -128 to 127. */
  int32_t min;
  int32_t max;
} tk_clamp_params;

/* Input and output have the same scale and zero point, and may be the same array. */
void tk_clamp_s8(const tk_clamp_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
