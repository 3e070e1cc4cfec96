/* FULLY_CONNECTED of one row of input, in plain C: four rows of weights at a time. The whole input has to stay until
 * the end, so that the output must not overlap it. */
#ifndef TK_FULLY_CONNECTED_H
#define TK_FULLY_CONNECTED_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_output.h"
#include "tk_simd.h"

typedef struct {
  /* Elements of the input. */
  int32_t depth;
  /* Elements of the output. */
  int32_t out;
  tk_output output;
} tk_fully_connected_params;

enum { TK_FC_ROWS = 4 };

/* Adds the products of `count` rows, 1 or TK_FC_ROWS, from `row` of `rows` on, to a sum for each. */
typedef void (*tk_dot_rows)(const int8_t *input, const int8_t *weights, int32_t depth, int32_t rows, int32_t row,
                            int32_t count, int32_t *sums);

static TK_PART void tk_fully_connected_rows(const tk_fully_connected_params *params, tk_dot_rows dot,
                                            const int8_t *input, const int8_t *weights, const tk_channels *channels,
                                            int32_t start, int32_t row, int32_t count, int8_t *output) {
  int32_t sums[TK_FC_ROWS];
  TK_UNROLL
  for (int32_t i = 0; i < count; i++) sums[i] = tk_add_product(tk_bias_of(channels, row + i), start, 1);
  dot(input, weights, params->depth, params->out, row, count, sums);
  TK_UNROLL
  for (int32_t i = 0; i < count; i++) {
    output[row + i] = tk_output_of(&params->output, sums[i], tk_scale_of(&params->output, channels, row + i));
  }
}

/* start: what each sum begins with, beside its bias. */
static TK_INLINE void tk_fully_connect(const tk_fully_connected_params *params, tk_dot_rows dot, const int8_t *input,
                                       const int8_t *weights, const tk_channels *channels, int32_t start,
                                       int8_t *output) {
  const int32_t whole = params->out - params->out % TK_FC_ROWS;
  for (int32_t row = 0; row < whole; row += TK_FC_ROWS) {
    tk_fully_connected_rows(params, dot, input, weights, channels, start, row, TK_FC_ROWS, output);
  }
  for (int32_t row = whole; row < params->out; row++) {
    tk_fully_connected_rows(params, dot, input, weights, channels, start, row, 1, output);
  }
}

/* Adds the products of four rows. depth: 1 or more. */
static TK_NOINLINE void tk_plain_dot_four(const int8_t *input, const int8_t *weights, int32_t depth, int32_t *sums) {
#if TK_IS_THUMB1
  /* r7 may be the frame pointer, so that the compiler cannot be told of it. */
  register const int8_t *x __asm__("r0") = input;
  register const int8_t *w __asm__("r1") = weights;
  register int32_t k __asm__("r2") = depth;
  register int32_t *s __asm__("r3") = sums;
#define TK_PLAIN_ROW(row, sum)  \
  "ldrsb r7, [" row ", r5]\n\t" \
  "muls r7, r6\n\t"             \
  "add " sum ", r7\n\t"
  /* r0 is at the input's end, r1, r3, r4 and r2 are at the rows', r5 counts up to 0. */
  __asm__ volatile(
      ".syntax unified\n\t"
      "push {r3, r7}\n\t"
      "ldm r3!, {r4-r7}\n\t"
      "mov r8, r4\n\t"
      "mov r9, r5\n\t"
      "mov r12, r6\n\t"
      "mov lr, r7\n\t"
      "rsbs r5, r2, #0\n\t"
      "adds r0, r0, r2\n\t"
      "adds r1, r1, r2\n\t"
      "adds r3, r1, r2\n\t"
      "adds r4, r3, r2\n\t"
      "adds r2, r4, r2\n"
      "1:\n\t"
      "ldrsb r6, [r0, r5]\n\t" /**/
      TK_PLAIN_ROW("r1", "r8") TK_PLAIN_ROW("r3", "r9") TK_PLAIN_ROW("r4", "r12") TK_PLAIN_ROW("r2", "lr")
      "adds r5, #1\n\t"
      "bne 1b\n\t"
      "pop {r3}\n\t"
      "mov r4, r8\n\t"
      "mov r5, r9\n\t"
      "mov r6, r12\n\t"
      "mov r7, lr\n\t"
      "stm r3!, {r4-r7}\n\t"
      "pop {r7}"
      : "+r"(x), "+r"(w), "+r"(k), "+r"(s)
      :
      : "r4", "r5", "r6", "r8", "r9", "r12", "lr", "cc", "memory");
#undef TK_PLAIN_ROW
#else
  const int8_t *const row1 = weights + depth, *const row2 = row1 + depth, *const row3 = row2 + depth;
  int32_t sum0 = sums[0], sum1 = sums[1], sum2 = sums[2], sum3 = sums[3];
  TK_UNROLL
  for (int32_t k = 0; k < depth; k++) {
    sum0 = tk_add_product(sum0, input[k], weights[k]);
    sum1 = tk_add_product(sum1, input[k], row1[k]);
    sum2 = tk_add_product(sum2, input[k], row2[k]);
    sum3 = tk_add_product(sum3, input[k], row3[k]);
  }
  sums[0] = sum0;
  sums[1] = sum1;
  sums[2] = sum2;
  sums[3] = sum3;
#endif
}

static TK_INLINE void tk_plain_dot_rows(const int8_t *input, const int8_t *weights, int32_t depth, int32_t rows,
                                        int32_t row, int32_t count, int32_t *sums) {
  const int8_t *const first = weights + row * depth;
  (void)rows;
  if (count == TK_FC_ROWS) {
    tk_plain_dot_four(input, first, depth, sums);
  } else {
    for (int32_t k = 0; k < depth; k++) sums[0] = tk_add_product(sums[0], input[k], first[k]);
  }
}

/* weights: [out, depth]; bias: [out], or NULL; multiplier, shift: as in tk_output.h. */
static TK_INLINE void tk_fully_connected_s8(const tk_fully_connected_params *params, const int8_t *input,
                                            const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                            const int8_t *shift, int8_t *output) {
  const tk_channels channels = {bias, multiplier, shift};
  tk_fully_connect(params, tk_plain_dot_rows, input, weights, &channels, 0, output);
}

#endif
