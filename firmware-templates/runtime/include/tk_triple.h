/* A row of weights w times three pixels a, b, c by two multiplications a weight, for cores that multiply 32 bits but
 * have no dual multiplications. A tap of the patch is two words:
 *   first = a + 2^11 b, second = c + 2^10 a.
 * Of the sums A, B, C of up to TK_TRIPLE_TAPS products, both words' sums modulo 2^32 tell all three: first's low 11
 * bits are A's; with these taken out of second, its low 21 bits are C, and the others the rest of A. */
#ifndef TK_TRIPLE_H
#define TK_TRIPLE_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_simd.h"

enum {
  TK_TRIPLE_PIXELS = 3,
  /* Words of a tap. */
  TK_TRIPLE_WORDS = 2,
  TK_TRIPLE_TAPS = 64,
  /* What sums start with, so that they stay below 2^20: that of 64 products -128 * -128 would just not. */
  TK_TRIPLE_START = -4096
};

/* The sums of both words. */
typedef struct {
  uint32_t first;
  uint32_t second;
} tk_triple;

/* The taps of three pixels, of which one may lie where the last taps come, so that it ends with them. */
static TK_INLINE void tk_triple_unpack(const int8_t *a, const int8_t *b, const int8_t *c, int32_t depth,
                                       uint32_t *patch) {
  for (int32_t k = 0; k < depth; k++, patch += TK_TRIPLE_WORDS) {
    const uint32_t x = (uint32_t)(int32_t)a[k], y = (uint32_t)(int32_t)b[k], z = (uint32_t)(int32_t)c[k];
    patch[0] = x + (y << 11);
    patch[1] = z + (x << 10);
  }
}

/* Adds the three sums of products to `sums`. */
static TK_INLINE void tk_triple_split(tk_triple triple, int32_t *sums) {
  const int32_t low = (int32_t)(triple.first & 0x7ffu);
  const uint32_t rest = triple.second - ((uint32_t)low << 10);
  const int32_t c = (int32_t)(rest << 11) >> 11;
  const int32_t a = low + ((int32_t)(rest - (uint32_t)c) >> 10);
  const int32_t b = (int32_t)(triple.first - (uint32_t)a) >> 11;
  sums[0] += a;
  sums[1] += b;
  sums[2] += c;
}

#if TK_IS_THUMB1
/* One row. taps: 1 to TK_TRIPLE_TAPS. Returns first, and second in the high half. */
static TK_NOINLINE uint64_t tk_triple_row(const uint32_t *patch, const int8_t *weights, int32_t taps) {
  register const uint32_t *x __asm__("r0") = patch;
  register const int8_t *w __asm__("r1") = weights;
  register int32_t k __asm__("r2") = taps;
  register uint32_t first __asm__("r3") = (uint32_t)TK_TRIPLE_START * (1u + (1u << 11));
  register uint32_t second __asm__("r4") = (uint32_t)TK_TRIPLE_START * (1u + (1u << 10));
#define TK_TRIPLE_TAP(row)      \
  "ldrsb r5, [" row ", r2]\n\t" \
  "ldm r0!, {r3, r4}\n\t"       \
  "muls r3, r5\n\t"             \
  "muls r4, r5\n\t"             \
  "add r12, r3\n\t"             \
  "add lr, r4\n\t"
  /* r1 is at the row's end, r6 behind it, r2 counts up to 0: in fours, of which the first ones may be left out. */
  __asm__ volatile(
      ".syntax unified\n\t"
      "mov r12, r3\n\t"
      "mov lr, r4\n\t"
      "adds r1, r1, r2\n\t"
      "adds r6, r1, #1\n\t"
      "rsbs r2, r2, #0\n\t"
      "movs r3, #3\n\t"
      "movs r4, r2\n\t"
      "bics r2, r3\n\t"
      /* Bit 1 into the carry, bit 0 into the sign. */
      "lsls r4, r4, #31\n\t"
      "bcs 4f\n\t"
      "bmi 1f\n"
      "0:\n\t" TK_TRIPLE_TAP("r1")
      "1:\n\t" TK_TRIPLE_TAP("r6")
      "adds r2, #2\n"
      "2:\n\t" TK_TRIPLE_TAP("r1")
      "3:\n\t" TK_TRIPLE_TAP("r6")
      "adds r2, #2\n\t"
      "bne 0b\n\t"
      "b 6f\n"
      "4:\n\t"
      "bmi 5f\n\t"
      "adds r2, #2\n\t"
      "b 2b\n"
      "5:\n\t"
      "adds r2, #2\n\t"
      "b 3b\n"
      "6:\n\t"
      "mov r3, r12\n\t"
      "mov r4, lr"
      : "+r"(x), "+r"(w), "+r"(k), "+r"(first), "+r"(second)
      :
      : "r5", "r6", "r12", "lr", "cc", "memory");
#undef TK_TRIPLE_TAP
  return first | (uint64_t)second << 32;
}
#endif

/* Both rows `depth` apart. taps: 1 to TK_TRIPLE_TAPS. */
static TK_PART void tk_triple_two_rows(const uint32_t *patch, const int8_t *weights, int32_t depth, int32_t taps,
                                       tk_triple *triples) {
  const uint32_t start = (uint32_t)TK_TRIPLE_START;
  const int8_t *other = weights + depth;
  const int8_t *const end = weights + taps;
  uint32_t first0 = start + (start << 11), second0 = start + (start << 10);
  uint32_t first1 = first0, second1 = second0;
  TK_UNROLL
  for (; weights != end; weights++, other++, patch += TK_TRIPLE_WORDS) {
    const uint32_t w0 = (uint32_t)(int32_t)*weights, w1 = (uint32_t)(int32_t)*other;
    first0 += w0 * patch[0];
    second0 += w0 * patch[1];
    first1 += w1 * patch[0];
    second1 += w1 * patch[1];
  }
  triples[0].first = first0;
  triples[0].second = second0;
  triples[1].first = first1;
  triples[1].second = second1;
}

/* Adds the products of `count` rows that are `depth` apart; taps: 1 to TK_TRIPLE_TAPS. sums: [row][pixel] */
static TK_INLINE void tk_triple_rows(const uint32_t *patch, const int8_t *weights, int32_t depth, int32_t taps,
                                     int32_t count, int32_t *sums) {
#if TK_IS_THUMB1
  TK_UNROLL
  for (int32_t i = 0; i < count; i++) {
    const uint64_t both = tk_triple_row(patch, weights + i * depth, taps);
    const tk_triple triple = {(uint32_t)both, (uint32_t)(both >> 32)};
    tk_triple_split(triple, sums + i * TK_TRIPLE_PIXELS);
  }
#else
  tk_triple triples[2];
  tk_triple_two_rows(patch, weights, (count - 1) * depth, taps, triples);
  TK_UNROLL
  for (int32_t i = 0; i < count; i++) tk_triple_split(triples[i], sums + i * TK_TRIPLE_PIXELS);
#endif
}

/* The sums of products of `count` rows with a patch of any depth, and of the rows' biases. */
static TK_INLINE void tk_triple_dot(const uint32_t *patch, const int8_t *weights, int32_t depth, int32_t count,
                                    const int32_t *bias, int32_t *sums) {
  const int32_t blocks = (depth + TK_TRIPLE_TAPS - 1) / TK_TRIPLE_TAPS;
  TK_UNROLL
  for (int32_t i = 0; i < count * TK_TRIPLE_PIXELS; i++) {
    sums[i] = tk_add_product(bias[i / TK_TRIPLE_PIXELS], blocks, -TK_TRIPLE_START);
  }
  for (int32_t k = 0; k < depth; k += TK_TRIPLE_TAPS, patch += TK_TRIPLE_TAPS * TK_TRIPLE_WORDS) {
    const int32_t left = depth - k, most = TK_TRIPLE_TAPS;
    const int32_t taps = left < most ? left : most;
    tk_triple_rows(patch, weights + k, depth, taps, count, sums);
  }
}

#endif
