/* Nested loops over the elements of one or two tensors: how broadcasts and reductions go through them. */
#ifndef TK_LOOPS_H
#define TK_LOOPS_H

#include <stdint.h>

#include "tk_inline.h"

enum { TK_LOOPS_MOST = 6 };

typedef struct {
  /* Three for each loop, from the outermost to the innermost: how often it runs, 1 or more, and how many elements it
   * goes ahead each time in tensor a and in tensor b. The runs of the innermost one are a row. */
  const int32_t *numbers;
  /* Loops, 1 to TK_LOOPS_MOST. */
  int32_t count;
} tk_loops;

/* One loop, and where its tensors stand. */
typedef struct {
  int32_t size;
  int32_t step_a;
  int32_t step_b;
} tk_loop;

static inline tk_loop tk_loop_at(const tk_loops *loops, int32_t depth) {
  tk_loop loop;
  loop.size = loops->numbers[3 * depth];
  loop.step_a = loops->numbers[3 * depth + 1];
  loop.step_b = loops->numbers[3 * depth + 2];
  return loop;
}

/* Where a row begins in each tensor. */
typedef struct {
  int32_t a;
  int32_t b;
  /* How far the loops around the row are. */
  int32_t runs[TK_LOOPS_MOST];
} tk_row;

static inline tk_row tk_first_row(void) {
  tk_row row;
  row.a = 0;
  row.b = 0;
  for (int32_t depth = 0; depth < TK_LOOPS_MOST; depth++) row.runs[depth] = 0;
  return row;
}

/* Goes to the next row. Returns 0 behind the last one, and then stands at the first again. */
static inline int32_t tk_next_row(const tk_loops *loops, tk_row *row) {
  for (int32_t depth = loops->count - 2; depth >= 0; depth--) {
    const tk_loop loop = tk_loop_at(loops, depth);
    row->a += loop.step_a;
    row->b += loop.step_b;
    if (++row->runs[depth] < loop.size) return 1;
    row->a -= loop.size * loop.step_a;
    row->b -= loop.size * loop.step_b;
    row->runs[depth] = 0;
  }
  return 0;
}

/* An output element of an element of each operand. `params` are the kernel's own. */
typedef int8_t (*tk_combination)(const void *params, int8_t a, int8_t b);

/* output[i] = combine(a element, b element) along the loops; inlined, so that `combine` costs no call. */
static TK_INLINE void tk_combine(const tk_loops *loops, const int8_t *a, const int8_t *b, int8_t *output,
                              tk_combination combine, const void *params) {
  const tk_loop inner = tk_loop_at(loops, loops->count - 1);
  tk_row row = tk_first_row();
  do {
    const int8_t *from_a = a + row.a;
    const int8_t *from_b = b + row.b;
    for (int32_t i = 0; i < inner.size; i++, from_a += inner.step_a, from_b += inner.step_b) {
      *output++ = combine(params, *from_a, *from_b);
    }
  } while (tk_next_row(loops, &row));
}

#endif
