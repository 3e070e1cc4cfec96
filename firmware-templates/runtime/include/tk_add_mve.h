/* ADD and SUB with Helium: four elements at a time where both operands have them together. */
#ifndef TK_ADD_MVE_H
#define TK_ADD_MVE_H

#include <stdint.h>

#include "tk_add.h"
#include "tk_inline.h"
#include "tk_mve.h"

typedef tk_add_params tk_add_mve_params;

/* tk_scaled() of four numbers. */
static TK_INLINE tk_words tk_scaled_words(tk_words x, tk_scale scale) {
  x = tk_multiply_high_words(x, tk_same_words((int32_t)((uint32_t)scale.multiplier >> 1)));
  if (scale.shift == 0) return x;
  return tk_round_shift_words(tk_add_words(x, tk_signs(x)), tk_same_words(-scale.shift));
}

/* An operand at the common scale. */
static TK_INLINE tk_words tk_add_operand(const int8_t *from, int32_t lanes, int32_t offset, tk_scale scale) {
  const tk_words x = tk_add_to_words(tk_load_widened(from, lanes), offset);
  /* The one of the larger scale: half of it is exact. */
  if ((uint32_t)scale.multiplier == 1u << 31 && scale.shift == 0) return tk_shift_left_words(x, tk_same_words(19));
  return tk_scaled_words(tk_shift_left_words(x, tk_same_words(20)), scale);
}

/* `lanes` elements, 1 to 4. */
static TK_PART void tk_add_words_of(const tk_add_params *p, const int8_t *a, const int8_t *b, int32_t lanes,
                                    int8_t *output) {
  const tk_words scaled_a = tk_add_operand(a, lanes, p->a_offset, p->a_scale);
  const tk_words scaled_b = tk_add_operand(b, lanes, p->b_offset, p->b_scale);
  const tk_words sum = p->b_sign < 0 ? tk_subtract_words(scaled_a, scaled_b) : tk_add_words(scaled_a, scaled_b);
  tk_words x = tk_add_to_words(tk_scaled_words(sum, p->scale), p->output.zero_point);
  if (p->output.min > -128) x = tk_most_words(x, tk_same_words(p->output.min));
  if (p->output.max < 127) x = tk_least_words(x, tk_same_words(p->output.max));
  tk_store_narrowed(output, tk_saturate_words(x), lanes);
}

static TK_INLINE void tk_add_row(const tk_add_params *p, const int8_t *a, const int8_t *b, int32_t count,
                                 int8_t *output) {
  int32_t i = 0;
  for (; i + TK_VECTOR_WORDS <= count; i += TK_VECTOR_WORDS) {
    tk_add_words_of(p, a + i, b + i, TK_VECTOR_WORDS, output + i);
  }
  if (i < count) tk_add_words_of(p, a + i, b + i, count - i, output + i);
}

/* ADD and SUB. */
static TK_INLINE void tk_add_mve_s8(const tk_add_params *params, const int8_t *a, const int8_t *b, int8_t *output) {
  /* A copy, which the output cannot alias. */
  const tk_add_params p = *params;
  const tk_loop inner = tk_loop_at(&p.loops, p.loops.count - 1);
  tk_row row = tk_first_row();
  if (inner.step_a != 1 || inner.step_b != 1) {
    tk_combine(&p.loops, a, b, output, tk_add_sum, &p);
    return;
  }
  do {
    tk_add_row(&p, a + row.a, b + row.b, inner.size, output);
    output += inner.size;
  } while (tk_next_row(&p.loops, &row));
}

#endif
