/* PAD and PADV2, from the output's begin to its end: what is before each row of the input, the row, what is behind the
 * last. */
#ifndef TK_PAD_H
#define TK_PAD_H

#include <stdint.h>
#include <string.h>

#include "tk_inline.h"
#include "tk_loops.h"

typedef struct {
  /* Over the input, as tensor a, to its places in the output, as tensor b; the elements of a row lie together in
   * both. */
  tk_loops loops;
  /* The place of the input's first element in the output, and the number of elements of the output. */
  int32_t start;
  int32_t count;
  /* Of the elements around the input: -128 to 127. */
  int32_t value;
} tk_pad_params;

/* PAD and PADV2. */
static TK_INLINE void tk_pad_s8(const tk_pad_params *params, const int8_t *input, int8_t *output) {
  const tk_loops *const loops = &params->loops;
  const int32_t run = tk_loop_at(loops, loops->count - 1).size;
  int32_t written = 0;
  tk_row row = tk_first_row();
  do {
    const int32_t start = params->start + row.b;
    memset(output + written, params->value, (size_t)(start - written));
    memmove(output + start, input + row.a, (size_t)run);
    written = start + run;
  } while (tk_next_row(loops, &row));
  memset(output + written, params->value, (size_t)(params->count - written));
}

#endif
