/* Products of rows of weights with one or two rows of bytes, with Helium; the layout of the weights is that of
 * tk_conv_2d_mve.h. */
#ifndef TK_DOT_MVE_H
#define TK_DOT_MVE_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_mve.h"

/* Vectors that are multiplied without a loop. */
enum { TK_PIXEL_PAIR = 2, TK_UNROLLED_MOST = 9 };

/* The sums of four rows with each of two pixels. */
typedef struct {
  tk_words first;
  tk_words second;
} tk_word_pair;

static TK_INLINE int32_t tk_whole_vectors(int32_t bytes) {
  return (bytes + TK_VECTOR_BYTES - 1) / TK_VECTOR_BYTES * TK_VECTOR_BYTES;
}

/* The sum of one row of `count` rows. row: its first bytes. */
static TK_INLINE int32_t tk_dot_row(const int8_t *pixel, const int8_t *weights, int32_t depth, int32_t row,
                                    int32_t count) {
  const int32_t rest = depth % TK_VECTOR_BYTES;
  const int8_t *w = weights + row * TK_VECTOR_BYTES;
  int32_t sum = 0;
  int32_t k = 0;
  for (; k < depth - rest; k += TK_VECTOR_BYTES, w += count * TK_VECTOR_BYTES) {
    sum = tk_add_products(sum, tk_load_bytes(pixel + k, TK_VECTOR_BYTES), tk_load_bytes(w, TK_VECTOR_BYTES));
  }
  w = weights + k * count + row * rest;
  if (rest) sum = tk_add_products(sum, tk_load_bytes(pixel + k, rest), tk_load_bytes(w, rest));
  return sum;
}

/* Of the first `count` rows; the others' sums are 0. */
static TK_INLINE tk_words tk_dot_rows_of(const int8_t *pixel, const int8_t *weights, int32_t depth, int32_t count) {
  int32_t sums[TK_VECTOR_WORDS] = {0, 0, 0, 0};
  for (int32_t row = 0; row < count; row++) sums[row] = tk_dot_row(pixel, weights, depth, row, count);
  return tk_words_of(sums[0], sums[1], sums[2], sums[3]);
}

#if TK_HAS_MVE

/* 16 bytes, which q0 and q1 get of two pixels and q2 to q5 of four rows. */
#define TK_LOAD_PIXELS               \
  "vldrb.8 q0, [%[pixel0]], #16\n\t" \
  "vldrb.8 q1, [%[pixel1]], #16\n\t"
#define TK_LOAD_ROWS                  \
  "vldrb.8 q2, [%[weights]], #16\n\t" \
  "vldrb.8 q3, [%[weights]], #16\n\t" \
  "vldrb.8 q4, [%[weights]], #16\n\t" \
  "vldrb.8 q5, [%[weights]], #16\n\t"
/* Sums of the first pixel are in r0, r2, r4, r6, those of the second one in r8, r10, r12, lr. */
#define TK_MULTIPLY(vmladav)    \
  vmladav ".s8 r0, q0, q2\n\t"  \
  vmladav ".s8 r8, q1, q2\n\t"  \
  vmladav ".s8 r2, q0, q3\n\t"  \
  vmladav ".s8 r10, q1, q3\n\t" \
  vmladav ".s8 r4, q0, q4\n\t"  \
  vmladav ".s8 r12, q1, q4\n\t" \
  vmladav ".s8 r6, q0, q5\n\t"  \
  vmladav ".s8 lr, q1, q5\n\t"
#define TK_VECTOR(vmladav) TK_LOAD_PIXELS TK_LOAD_ROWS TK_MULTIPLY(vmladav)
#define TK_ZERO_SUMS                                             \
  "movs r0, #0\n\tmovs r2, #0\n\tmovs r4, #0\n\tmovs r6, #0\n\t" \
  "mov r8, #0\n\tmov r10, #0\n\tmov r12, #0\n\tmov lr, #0\n\t"
#define TK_SUMS_TO_WORDS           \
  "vmov q0[2], q0[0], r0, r4\n\t"  \
  "vmov q0[3], q0[1], r2, r6\n\t"  \
  "vmov q1[2], q1[0], r8, r12\n\t" \
  "vmov q1[3], q1[1], r10, lr\n\t"
#define TK_PRODUCT_REGISTERS "r0", "r2", "r4", "r6", "r8", "r10", "r12", "lr", "q2", "q3", "q4", "q5"

/* Four rows with two pixels; depth is a constant of a few vectors. */
static TK_INLINE tk_word_pair tk_dot_four_unrolled(const int8_t *pixel0, const int8_t *pixel1, const int8_t **weights,
                                                   int32_t depth) {
  register tk_words first __asm__("q0");
  register tk_words second __asm__("q1");
  tk_word_pair sums;
  __asm__ volatile(
      ".if %c[vectors]\n\t" TK_VECTOR("vmladav")
      ".rept %c[vectors] - 1\n\t" TK_VECTOR("vmladava")
      ".endr\n\t"
      ".else\n\t" TK_ZERO_SUMS
      ".endif\n\t"
      ".if %c[rest]\n\t" TK_LOAD_PIXELS
      "movs %[pixel0], #%c[rest]\n\t"
      "vctp.8 %[pixel0]\n\t"
      "vpstttt\n\t"
      "vldrbt.8 q2, [%[weights]]\n\t"
      "vldrbt.8 q3, [%[weights], #%c[rest]]\n\t"
      "vldrbt.8 q4, [%[weights], #2 * %c[rest]]\n\t"
      "vldrbt.8 q5, [%[weights], #3 * %c[rest]]\n\t" TK_MULTIPLY("vmladava")
      ".endif\n\t" TK_SUMS_TO_WORDS
      : [pixel0] "+r"(pixel0), [pixel1] "+r"(pixel1), [weights] "+r"(*weights), "=w"(first), "=w"(second)
      : [vectors] "i"(depth / TK_VECTOR_BYTES), [rest] "i"(depth % TK_VECTOR_BYTES)
      : TK_PRODUCT_REGISTERS, "cc", "memory");
  *weights += TK_VECTOR_WORDS * (depth % TK_VECTOR_BYTES);
  sums.first = first;
  sums.second = second;
  return sums;
}

/* Whatever the depth is: vectors by `unrolled`, a constant by which their number can be divided. */
static TK_INLINE tk_word_pair tk_dot_four_loop(const int8_t *pixel0, const int8_t *pixel1, const int8_t **weights,
                                               int32_t depth, int32_t unrolled) {
  const int32_t rest = depth % TK_VECTOR_BYTES;
  int32_t left = depth / TK_VECTOR_BYTES;
  register tk_words first __asm__("q0");
  register tk_words second __asm__("q1");
  tk_word_pair sums;
  __asm__ volatile(
      TK_ZERO_SUMS
      "cmp %[left], #0\n\t"
      "beq 2f\n"
      "1:\n\t"
      ".rept %c[unrolled]\n\t" TK_VECTOR("vmladava")
      ".endr\n\t"
      "subs %[left], #%c[unrolled]\n\t"
      "bne 1b\n"
      "2:\n\t"
      "cmp %[rest], #0\n\t"
      "beq 3f\n\t"
      "vctp.8 %[rest]\n\t"
      "vpst\n\tvldrbt.8 q2, [%[weights]]\n\tadd %[weights], %[rest]\n\t"
      "vpst\n\tvldrbt.8 q3, [%[weights]]\n\tadd %[weights], %[rest]\n\t"
      "vpst\n\tvldrbt.8 q4, [%[weights]]\n\tadd %[weights], %[rest]\n\t"
      "vpst\n\tvldrbt.8 q5, [%[weights]]\n\tadd %[weights], %[rest]\n\t" TK_LOAD_PIXELS TK_MULTIPLY("vmladava")
      "3:\n\t" TK_SUMS_TO_WORDS
      : [pixel0] "+&r"(pixel0), [pixel1] "+&r"(pixel1), [weights] "+&r"(*weights), [left] "+&r"(left), "=w"(first),
        "=w"(second)
      : [rest] "r"(rest), [unrolled] "i"(unrolled)
      : TK_PRODUCT_REGISTERS, "cc", "memory");
  sums.first = first;
  sums.second = second;
  return sums;
}

static TK_INLINE tk_word_pair tk_dot_four(const int8_t *pixel0, const int8_t *pixel1, const int8_t **weights,
                                          int32_t depth) {
#ifndef TK_OPTIMIZE_SIZE
  if (__builtin_constant_p(depth)) {
    const int32_t vectors = depth / TK_VECTOR_BYTES;
    if (vectors <= TK_UNROLLED_MOST) return tk_dot_four_unrolled(pixel0, pixel1, weights, depth);
    if (vectors % 4 == 0) return tk_dot_four_loop(pixel0, pixel1, weights, depth, 4);
    if (vectors % 3 == 0) return tk_dot_four_loop(pixel0, pixel1, weights, depth, 3);
    if (vectors % 2 == 0) return tk_dot_four_loop(pixel0, pixel1, weights, depth, 2);
  }
#endif
  return tk_dot_four_loop(pixel0, pixel1, weights, depth, 1);
}

#else

static TK_INLINE tk_word_pair tk_dot_four(const int8_t *pixel0, const int8_t *pixel1, const int8_t **weights,
                                          int32_t depth) {
  tk_word_pair sums;
  sums.first = tk_dot_rows_of(pixel0, *weights, depth, TK_VECTOR_WORDS);
  sums.second = tk_dot_rows_of(pixel1, *weights, depth, TK_VECTOR_WORDS);
  *weights += TK_VECTOR_WORDS * depth;
  return sums;
}

#endif

/* `count` rows, 1 to 4, with one row of bytes. */
static TK_INLINE tk_words tk_dot_one(const int8_t *bytes, const int8_t *weights, int32_t depth, int32_t count) {
  const int32_t rest = depth % TK_VECTOR_BYTES;
  const int8_t *const end = bytes + (depth - rest);
  int32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
  if (count < TK_VECTOR_WORDS) return tk_dot_rows_of(bytes, weights, depth, count);
  for (; bytes != end; bytes += TK_VECTOR_BYTES, weights += TK_VECTOR_WORDS * TK_VECTOR_BYTES) {
    const tk_bytes x = tk_load_bytes(bytes, TK_VECTOR_BYTES);
    sum0 = tk_add_products(sum0, x, tk_load_bytes(weights, TK_VECTOR_BYTES));
    sum1 = tk_add_products(sum1, x, tk_load_bytes(weights + TK_VECTOR_BYTES, TK_VECTOR_BYTES));
    sum2 = tk_add_products(sum2, x, tk_load_bytes(weights + 2 * TK_VECTOR_BYTES, TK_VECTOR_BYTES));
    sum3 = tk_add_products(sum3, x, tk_load_bytes(weights + 3 * TK_VECTOR_BYTES, TK_VECTOR_BYTES));
  }
  if (rest) {
    const tk_bytes x = tk_load_bytes(bytes, rest);
    sum0 = tk_add_products(sum0, x, tk_load_bytes(weights, rest));
    sum1 = tk_add_products(sum1, x, tk_load_bytes(weights + rest, rest));
    sum2 = tk_add_products(sum2, x, tk_load_bytes(weights + 2 * rest, rest));
    sum3 = tk_add_products(sum3, x, tk_load_bytes(weights + 3 * rest, rest));
  }
  return tk_words_of(sum0, sum1, sum2, sum3);
}

/* `count` rows, 1 to 4, with two pixels. weights: in and out, those behind them. */
static TK_INLINE tk_word_pair tk_dot_pair(const int8_t *pixel0, const int8_t *pixel1, const int8_t **weights,
                                          int32_t depth, int32_t count) {
  tk_word_pair sums;
  if (count == TK_VECTOR_WORDS) return tk_dot_four(pixel0, pixel1, weights, depth);
  sums.first = tk_dot_rows_of(pixel0, *weights, depth, count);
  sums.second = tk_dot_rows_of(pixel1, *weights, depth, count);
  *weights += count * depth;
  return sums;
}

#endif
