#ifndef TK_LOOKUP_H
#define TK_LOOKUP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;
} tk_lookup_params;

/* table: [256], the outputs for the inputs -128 to 127. Input and output may be the same array. */
void tk_lookup_s8(const tk_lookup_params *params, const int8_t *input, const int8_t *table, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
