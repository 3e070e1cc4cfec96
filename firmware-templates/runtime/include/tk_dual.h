/* Dot products of bytes on the DSP extension: four weights times four inputs with one unpacking of the weights.
 *
 * Weights w0, w1 of two inputs x0, x1 are kept as a 16-bit number h = 256 a + u with u = w1 + 128 and a = -w0 - 1.
 * Inputs become p = x1 and n = -(256 x1 + x0 + 128) - 1. The products with 256 cancel each other, and
 *     h p + a n = w0 x0 + w1 x1 + (128 x1 + x0) + 129 w0 + 129;
 * with n + 128 p added to it, w0 x0 + w1 x1 + 129 w0 is left. The bias takes the last part, as it is constant. All sums
 * are modulo 2^32. A word holds two such numbers of each kind: h is a word of weights as it is, a its odd bytes,
 * p the odd bytes of a word of inputs, n that word with most bits inverted.
 *
 * Weights, at an address that is a multiple of 4: the words of TK_DUAL_ROWS rows take turns; the last rows of a group
 * are by themselves where they are too few. What is left of the rows behind their last whole word comes behind all,
 * [rows, depth % 4], as plain numbers. */
#ifndef TK_DUAL_H
#define TK_DUAL_H

#include <stdint.h>

#include "tk_simd.h"

enum {
  /* Pixels and rows whose sums are computed together. */
  TK_DUAL_PIXELS = 3,
  TK_DUAL_ROWS = 2,
  TK_DUAL_SUMS = TK_DUAL_ROWS * TK_DUAL_PIXELS,
};

static TK_INLINE uint32_t tk_dual_n(uint32_t inputs) { return inputs ^ 0xff7fff7fu; }

/* sum + n + 128 p of both numbers. */
static TK_INLINE int32_t tk_dual_correct(int32_t sum, uint32_t n, uint32_t p) {
  return tk_add_both(tk_add_both(sum, n, 0x00010001u), p, 0x00800080u);
}

/* Unpacks a pixel's `depth` bytes: for each word p and n, of the pixels in turn, then what is left as plain numbers.
 * patch: the pixel's first word. Returns what its sums begin with. */
static TK_INLINE int32_t tk_dual_unpack(const int8_t *bytes, int32_t depth, int32_t *patch) {
  int32_t sum = 0;
  const int8_t *const end = bytes + (depth & ~3);
  while (bytes != end) {
    const uint32_t inputs = tk_load_word(bytes);
    const uint32_t p = tk_odd_bytes(inputs);
    const uint32_t n = tk_dual_n(inputs);
    patch[0] = (int32_t)p;
    patch[TK_DUAL_PIXELS] = (int32_t)n;
    patch += 2 * TK_DUAL_PIXELS;
    sum = tk_dual_correct(sum, n, p);
    bytes += 4;
  }
  for (int32_t k = 0; k < (depth & 3); k++) patch[k * TK_DUAL_PIXELS] = end[k];
  return sum;
}

/* Adds the products of two rows' words with three pixels: sums [row][pixel]. words: 1 or more. */
static TK_NOINLINE void tk_dual_dot(const int32_t *patch, const int8_t *weights, int32_t words, int32_t *sums) {
#if TK_HAS_DSP
  /* r7 may be the frame pointer, so that the compiler cannot be told of it. */
  register const int32_t *x __asm__("r0") = patch;
  register const int8_t *w __asm__("r1") = weights;
  register int32_t *s __asm__("r2") = sums;
  register const int32_t *end __asm__("r3") = patch + words * 2 * TK_DUAL_PIXELS;
  register int32_t odd __asm__("r12") = words & 1;
  __asm__ volatile(
      "push {r2, r7}\n\t"
      "mov lr, r3\n\t"
      "cmp r12, #0\n\t"
      "ldm r2, {r2-r7}\n\t"
      "bne 2f\n"
      "1:\n\t"
      "ldm r0!, {r8-r10}\n\t"
      "ldrd r11, r12, [r1], #8\n\t"
      "smlad r2, r11, r8, r2\n\t"
      "smlad r3, r11, r9, r3\n\t"
      "smlad r4, r11, r10, r4\n\t"
      "smlad r5, r12, r8, r5\n\t"
      "smlad r6, r12, r9, r6\n\t"
      "smlad r7, r12, r10, r7\n\t"
      "ldm r0!, {r8-r10}\n\t"
      "sxtb16 r11, r11, ror #8\n\t"
      "sxtb16 r12, r12, ror #8\n\t"
      "smlad r2, r11, r8, r2\n\t"
      "smlad r3, r11, r9, r3\n\t"
      "smlad r4, r11, r10, r4\n\t"
      "smlad r5, r12, r8, r5\n\t"
      "smlad r6, r12, r9, r6\n\t"
      "smlad r7, r12, r10, r7\n"
      "2:\n\t"
      "ldm r0!, {r8-r10}\n\t"
      "ldrd r11, r12, [r1], #8\n\t"
      "smlad r2, r11, r8, r2\n\t"
      "smlad r3, r11, r9, r3\n\t"
      "smlad r4, r11, r10, r4\n\t"
      "smlad r5, r12, r8, r5\n\t"
      "smlad r6, r12, r9, r6\n\t"
      "smlad r7, r12, r10, r7\n\t"
      "ldm r0!, {r8-r10}\n\t"
      "sxtb16 r11, r11, ror #8\n\t"
      "sxtb16 r12, r12, ror #8\n\t"
      "smlad r2, r11, r8, r2\n\t"
      "smlad r3, r11, r9, r3\n\t"
      "smlad r4, r11, r10, r4\n\t"
      "smlad r5, r12, r8, r5\n\t"
      "smlad r6, r12, r9, r6\n\t"
      "smlad r7, r12, r10, r7\n\t"
      "cmp r0, lr\n\t"
      "bne 1b\n\t"
      "ldr r0, [sp]\n\t"
      "stm r0, {r2-r7}\n\t"
      "pop {r2, r7}"
      : "+r"(x), "+r"(w), "+r"(s), "+r"(end), "+r"(odd)
      :
      : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "lr", "cc", "memory");
#else
  for (; words > 0; words--, patch += 2 * TK_DUAL_PIXELS, weights += 4 * TK_DUAL_ROWS) {
    for (int32_t row = 0; row < TK_DUAL_ROWS; row++) {
      const uint32_t h = tk_load_word(weights + 4 * row);
      const uint32_t a = tk_odd_bytes(h);
      for (int32_t pixel = 0; pixel < TK_DUAL_PIXELS; pixel++) {
        int32_t *const sum = sums + row * TK_DUAL_PIXELS + pixel;
        *sum = tk_add_both(*sum, h, (uint32_t)patch[pixel]);
        *sum = tk_add_both(*sum, a, (uint32_t)patch[TK_DUAL_PIXELS + pixel]);
      }
    }
  }
#endif
}

/* The same for one row, to the sums of its three pixels. */
static TK_INLINE void tk_dual_dot_last(const int32_t *patch, const int8_t *weights, int32_t words, int32_t *sums) {
  for (; words > 0; words--, patch += 2 * TK_DUAL_PIXELS, weights += 4) {
    const uint32_t h = tk_load_word(weights);
    const uint32_t a = tk_odd_bytes(h);
    for (int32_t pixel = 0; pixel < TK_DUAL_PIXELS; pixel++) {
      sums[pixel] = tk_add_both(sums[pixel], h, (uint32_t)patch[pixel]);
      sums[pixel] = tk_add_both(sums[pixel], a, (uint32_t)patch[TK_DUAL_PIXELS + pixel]);
    }
  }
}

/* What is behind the last whole word of `count` rows. */
static TK_INLINE void tk_dual_add_rest(const int32_t *patch, const int8_t *weights, int32_t rest, int32_t count,
                                       int32_t *sums) {
  for (int32_t row = 0; row < count; row++) {
    for (int32_t k = 0; k < rest; k++) {
      for (int32_t pixel = 0; pixel < TK_DUAL_PIXELS; pixel++) {
        int32_t *const sum = sums + row * TK_DUAL_PIXELS + pixel;
        *sum = tk_add_product(*sum, weights[row * rest + k], patch[k * TK_DUAL_PIXELS + pixel]);
      }
    }
  }
}

#endif
