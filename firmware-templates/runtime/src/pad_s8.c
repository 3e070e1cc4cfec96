/* PAD and PADV2, from the output's begin to its end: what is before each row of the input, the row, what is behind the last. */
#include "tk_pad.h"

#include <string.h>

void tk_pad_s8(const tk_pad_params *params, const int8_t *input, int8_t *output) {
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
