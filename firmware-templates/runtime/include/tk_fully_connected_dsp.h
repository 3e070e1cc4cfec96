/* FULLY_CONNECTED of one row of input with the DSP extension: four rows of weights at a time, by the products of
 * tk_dual.h, whose rows come in fours here. */
#ifndef TK_FULLY_CONNECTED_DSP_H
#define TK_FULLY_CONNECTED_DSP_H

#include <stdint.h>

#include "tk_dual.h"
#include "tk_fully_connected.h"

typedef tk_fully_connected_params tk_fully_connected_dsp_params;

/* Adds the products of an input's words with four rows' words, which take turns. words: 1 or more. */
static TK_NOINLINE void tk_dual_dot_four(const int8_t *input, const int8_t *weights, int32_t words, int32_t *sums) {
#if TK_HAS_DSP
  /* r7 may be the frame pointer, so that the compiler cannot be told of it. */
  register const int8_t *x __asm__("r0") = input;
  register const int8_t *w __asm__("r1") = weights;
  register int32_t odd __asm__("r2") = words & 1;
  register int32_t *s __asm__("r3") = sums;
  register const int8_t *end __asm__("r12") = input + 4 * words;
#define TK_DUAL_WORD                  \
  "ldr r2, [r0], #4\n\t"              \
  "ldm r1!, {r8-r11}\n\t"             \
  "sxtb16 r3, r2, ror #8\n\t"         \
  "eor r2, r2, lr\n\t"                \
  "smlad r4, r8, r3, r4\n\t"          \
  "smlad r5, r9, r3, r5\n\t"          \
  "smlad r6, r10, r3, r6\n\t"         \
  "smlad r7, r11, r3, r7\n\t"         \
  "sxtb16 r8, r8, ror #8\n\t"         \
  "sxtb16 r9, r9, ror #8\n\t"         \
  "sxtb16 r10, r10, ror #8\n\t"       \
  "sxtb16 r11, r11, ror #8\n\t"       \
  "smlad r4, r8, r2, r4\n\t"          \
  "smlad r5, r9, r2, r5\n\t"          \
  "smlad r6, r10, r2, r6\n\t"         \
  "smlad r7, r11, r2, r7\n\t"
  __asm__ volatile(
      "push {r3, r7}\n\t"
      "cmp r2, #0\n\t"
      "ldm r3, {r4-r7}\n\t"
      "mvn lr, #0x00800080\n\t"
      "bne 2f\n"
      "1:\n\t" TK_DUAL_WORD
      "2:\n\t" TK_DUAL_WORD
      "cmp r0, r12\n\t"
      "bne 1b\n\t"
      "ldr r3, [sp]\n\t"
      "stm r3, {r4-r7}\n\t"
      "pop {r3, r7}"
      : "+r"(x), "+r"(w), "+r"(odd), "+r"(s), "+r"(end)
      :
      : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "lr", "cc", "memory");
#undef TK_DUAL_WORD
#else
  for (; words > 0; words--, input += 4) {
    const uint32_t inputs = tk_load_word(input);
    for (int32_t row = 0; row < TK_FC_ROWS; row++, weights += 4) {
      sums[row] = tk_dual_add(sums[row], tk_load_word(weights), tk_odd_bytes(inputs), tk_dual_n(inputs));
    }
  }
#endif
}

static TK_INLINE void tk_dual_dot_by_four(const int8_t *input, const int8_t *weights, int32_t depth, int32_t rows,
                                          int32_t row, int32_t count, int32_t *sums) {
  const int32_t words = depth / 4;
  const int32_t rest = depth % 4;
  const int8_t *first = weights + row * words * 4;
  const int8_t *const last = weights + rows * words * 4 + row * rest;
  if (count == TK_FC_ROWS && words > 0) tk_dual_dot_four(input, first, words, sums);
  if (count == 1) {
    for (int32_t word = 0; word < words; word++) {
      const uint32_t inputs = tk_load_word(input + 4 * word);
      const uint32_t h = tk_load_word(first + 4 * word);
      sums[0] = tk_dual_add(sums[0], h, tk_odd_bytes(inputs), tk_dual_n(inputs));
    }
  }
  for (int32_t i = 0; i < count; i++) {
    for (int32_t k = 0; k < rest; k++) {
      sums[i] = tk_add_product(sums[i], last[i * rest + k], input[words * 4 + k]);
    }
  }
}

/* What the sums of an input begin with. */
static TK_INLINE int32_t tk_dual_start(const int8_t *input, int32_t depth) {
  int32_t sum = 0;
  for (int32_t k = 0; k + 4 <= depth; k += 4) {
    const uint32_t inputs = tk_load_word(input + k);
    sum = tk_dual_correct(sum, tk_dual_n(inputs), tk_odd_bytes(inputs));
  }
  return sum;
}

/* weights: as in tk_dual.h, rows in fours, [out] of [depth]; bias: [out], or NULL. */
static TK_INLINE void tk_fully_connected_dsp_s8(const tk_fully_connected_params *params, const int8_t *input,
                                                const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                                const int8_t *shift, int8_t *output) {
  const tk_channels channels = {bias, multiplier, shift};
  tk_fully_connect(params, tk_dual_dot_by_four, input, weights, &channels, tk_dual_start(input, params->depth), output);
}

#endif
