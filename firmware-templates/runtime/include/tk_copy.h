/* A box of elements, from one tensor to another. */
#ifndef TK_COPY_H
#define TK_COPY_H

#include <stdint.h>
#include <string.h>

#include "tk_inline.h"
#include "tk_loops.h"

typedef struct {
  /* Over the elements that are copied: tensor a is the input, tensor b the output. */
  tk_loops loops;
  /* The first element in each. */
  int32_t input_start;
  int32_t output_start;
} tk_copy_params;

static inline void tk_copy_row(const int8_t *input, int8_t *output, tk_loop row) {
  if (row.step_a == 1 && row.step_b == 1) {
    memmove(output, input, (size_t)row.size);
    return;
  }
  for (int32_t i = 0; i < row.size; i++) output[i * row.step_b] = input[i * row.step_a];
}

/* CONCATENATION and PACK, once for each input; SPLIT and UNPACK, once for each output; SLICE, STRIDED_SLICE,
 * TRANSPOSE. */
static TK_INLINE void tk_copy_s8(const tk_copy_params *params, const int8_t *input, int8_t *output) {
  const tk_loops *const loops = &params->loops;
  const tk_loop inner = tk_loop_at(loops, loops->count - 1);
  tk_row row = tk_first_row();
  do {
    tk_copy_row(input + params->input_start + row.a, output + params->output_start + row.b, inner);
  } while (tk_next_row(loops, &row));
}

#endif
