/* Reductions: each output element is made of all the input elements along some dimensions. */
#ifndef TK_REDUCTION_H
#define TK_REDUCTION_H

#include <stdint.h>

#include "tk_loops.h"

/* Loops over the input, as tensor a. */
typedef struct {
  /* Over the dimensions that the output has. */
  tk_loops kept;
  /* Over the elements of the input that become one of the output. */
  tk_loops reduced;
} tk_reduction;

/* What is known so far, and an input element, together. */
typedef int32_t (*tk_fold)(int32_t current, int8_t element);

/* Of the elements along `reduced` from `input` on. */
static inline int32_t tk_fold_elements(const tk_loops *reduced, const int8_t *input, int32_t start, tk_fold fold) {
  const tk_loop inner = tk_loop_at(reduced, reduced->count - 1);
  tk_row row = tk_first_row();
  int32_t current = start;
  do {
    for (int32_t i = 0; i < inner.size; i++) current = fold(current, input[row.a + i * inner.step_a]);
  } while (tk_next_row(reduced, &row));
  return current;
}

/* An output element of what its input elements gave. `params` are the kernel's own. */
typedef int8_t (*tk_finish)(const void *params, int32_t result);

/* Inlined, so that `fold` and `finish` cost no call. */
static inline void tk_reduce(const tk_reduction *reduction, const int8_t *input, int8_t *output, int32_t start,
                             tk_fold fold, tk_finish finish, const void *params) {
  const tk_loop inner = tk_loop_at(&reduction->kept, reduction->kept.count - 1);
  tk_row row = tk_first_row();
  do {
    for (int32_t i = 0; i < inner.size; i++) {
      const int8_t *from = input + row.a + i * inner.step_a;
      *output++ = finish(params, tk_fold_elements(&reduction->reduced, from, start, fold));
    }
  } while (tk_next_row(&reduction->kept, &row));
}

#endif
