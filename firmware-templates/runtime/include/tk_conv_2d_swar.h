/* CONV_2D for cores that multiply words and have no instruction for bytes: two pixels in each word, four in flight.
 * w * (x0 + x1 * 2^16) is w * x0 + w * x1 * 2^16, modulo 2^32. Of two such products the sum of the low ones fits 16 bits,
 * unless both weights and both inputs are -128 (no such weights come here). So it can be told from the sum of the high
 * ones, which add up by themselves; the low ones are what the total of all has beside them. */
#ifndef TK_CONV_2D_SWAR_H
#define TK_CONV_2D_SWAR_H

#include <stdint.h>

#include "tk_convolve.h"
#include "tk_simd.h"

typedef tk_conv_2d_params tk_conv_2d_swar_params;

enum { TK_SWAR_PIXELS = 4, TK_SWAR_PAIRS = 2, TK_SWAR_HALF = 0x8000 };

/* Of two pixels: all products, and those of the second pixel. */
typedef struct {
  uint32_t totals[TK_SWAR_PAIRS];
  int32_t highs[TK_SWAR_PAIRS];
} tk_swar_sums;

/* A patch: for each byte of a pixel a word of pixels 0 and 1, and one of pixels 2 and 3. */
static TK_INLINE int8_t *tk_swar_gather_at(void *patch, int32_t depth, int32_t pixel) {
  (void)pixel;
  return (int8_t *)((int32_t *)patch + TK_SWAR_PAIRS * depth);
}

static TK_INLINE int32_t tk_swar_unpack(const int8_t *bytes, int32_t depth, int32_t pixel, void *patch) {
  uint32_t *const to = (uint32_t *)patch + pixel / 2;
  for (int32_t k = 0; k < depth; k++) {
    const uint32_t x = (uint32_t)bytes[k];
    to[k * TK_SWAR_PAIRS] = pixel % 2 == 0 ? x : to[k * TK_SWAR_PAIRS] + (x << 16);
  }
  return 0;
}

/* Two products of each pixel. */
static TK_INLINE void tk_swar_add(tk_swar_sums *sums, int32_t pair, uint32_t products) {
  sums->totals[pair] += products;
  sums->highs[pair] += (int32_t)(products + TK_SWAR_HALF) >> 16;
}

#if __ARM_ARCH_ISA_THUMB == 2
#define TK_SWAR_ADD_TWO        \
  "add r8, r8, r4\n\t"         \
  "add r9, r9, r5\n\t"         \
  "add r4, r4, r12\n\t"        \
  "add r5, r5, r12\n\t"        \
  "add r10, r10, r4, asr #16\n\t" \
  "add r11, r11, r5, asr #16\n\t"
#define TK_SWAR_FOUR_PRODUCTS    \
  "ldr r2, [r1], #4\n\t"         \
  "ldm r0!, {r4-r7}\n\t"         \
  "sxtb r3, r2\n\t"              \
  "mul r4, r3, r4\n\t"           \
  "mul r5, r3, r5\n\t"           \
  "sxtb r3, r2, ror #8\n\t"      \
  "mla r4, r3, r6, r4\n\t"       \
  "mla r5, r3, r7, r5\n\t" TK_SWAR_ADD_TWO \
  "ldm r0!, {r4-r7}\n\t"         \
  "sxtb r3, r2, ror #16\n\t"     \
  "mul r4, r3, r4\n\t"           \
  "mul r5, r3, r5\n\t"           \
  "asrs r2, r2, #24\n\t"         \
  "mla r4, r2, r6, r4\n\t"       \
  "mla r5, r2, r7, r5\n\t" TK_SWAR_ADD_TWO
#elif defined(__ARM_ARCH_ISA_THUMB)
#define TK_SWAR_ADD_TWO   \
  "adds r4, r4, r6\n\t"   \
  "adds r5, r5, r7\n\t"   \
  "add r8, r4\n\t"        \
  "add r9, r5\n\t"        \
  "add r4, r12\n\t"       \
  "add r5, r12\n\t"       \
  "asrs r4, r4, #16\n\t"  \
  "asrs r5, r5, #16\n\t"  \
  "add r10, r4\n\t"       \
  "add r11, r5\n\t"
#define TK_SWAR_FOUR_PRODUCTS \
  "ldm r1!, {r2}\n\t"         \
  "ldm r0!, {r4-r7}\n\t"      \
  "sxtb r3, r2\n\t"           \
  "muls r4, r3, r4\n\t"       \
  "muls r5, r3, r5\n\t"       \
  "sxth r3, r2\n\t"           \
  "asrs r3, r3, #8\n\t"       \
  "muls r6, r3, r6\n\t"       \
  "muls r7, r3, r7\n\t" TK_SWAR_ADD_TWO \
  "ldm r0!, {r4-r7}\n\t"      \
  "lsls r3, r2, #8\n\t"       \
  "asrs r3, r3, #24\n\t"      \
  "muls r4, r3, r4\n\t"       \
  "muls r5, r3, r5\n\t"       \
  "asrs r2, r2, #24\n\t"      \
  "muls r6, r2, r6\n\t"       \
  "muls r7, r2, r7\n\t" TK_SWAR_ADD_TWO
#endif

/* The products of `words` words of weights, 1 or more, with four pixels. weights: at a multiple of 4. */
static TK_NOINLINE void tk_swar_dot(const uint32_t *patch, const int8_t *weights, int32_t words, tk_swar_sums *sums) {
#if defined(__ARM_ARCH_ISA_THUMB)
  register const uint32_t *x __asm__("r0") = patch;
  register const int8_t *w __asm__("r1") = weights;
  register const uint32_t *end __asm__("r2") = patch + 4 * TK_SWAR_PAIRS * words;
  register tk_swar_sums *s __asm__("r3") = sums;
  /* Sums of two products in r4 and r5, of all in r8 to r11. r7 may be the frame pointer, so that the compiler cannot be
   * told of it. */
  __asm__ volatile(
      ".syntax unified\n\t"
      "push {r3, r7}\n\t"
      "mov lr, r2\n\t"
      "movs r4, #0\n\t"
      "mov r8, r4\n\t"
      "mov r9, r4\n\t"
      "mov r10, r4\n\t"
      "mov r11, r4\n\t"
      "movs r4, #1\n\t"
      "lsls r4, r4, #15\n\t"
      "mov r12, r4\n"
      "1:\n\t" TK_SWAR_FOUR_PRODUCTS
      "cmp r0, lr\n\t"
      "bne 1b\n\t"
      "pop {r3, r7}\n\t"
      "mov r4, r8\n\t"
      "mov r5, r9\n\t"
      "mov r6, r10\n\t"
      "mov r2, r11\n\t"
      "str r4, [r3]\n\t"
      "str r5, [r3, #4]\n\t"
      "str r6, [r3, #8]\n\t"
      "str r2, [r3, #12]"
      : "+r"(x), "+r"(w), "+r"(end), "+r"(s)
      :
      : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
#else
  for (int32_t pair = 0; pair < TK_SWAR_PAIRS; pair++) {
    sums->totals[pair] = 0;
    sums->highs[pair] = 0;
    for (int32_t k = 0; k < 4 * words; k += 2) {
      const uint32_t *const two = patch + k * TK_SWAR_PAIRS + pair;
      tk_swar_add(sums, pair, (uint32_t)weights[k] * two[0] + (uint32_t)weights[k + 1] * two[TK_SWAR_PAIRS]);
    }
  }
#endif
}

/* One row. */
static TK_INLINE void tk_swar_dot_row(const void *patch, const int8_t *weights, int32_t depth, int32_t rows, int32_t row,
                                      int32_t count, tk_sums *sums) {
  const uint32_t *const pixels = (const uint32_t *)patch;
  const int32_t words = depth / 4;
  const int32_t rest = depth % 4;
  const int8_t *const last = weights + rows * words * 4 + row * rest;
  tk_swar_sums found = {{0, 0}, {0, 0}};
  (void)count;
  if (words > 0) tk_swar_dot(pixels, weights + row * words * 4, words, &found);
  for (int32_t pair = 0; pair < TK_SWAR_PAIRS; pair++) {
    for (int32_t k = 0; k < rest; k++) {
      tk_swar_add(&found, pair, (uint32_t)last[k] * pixels[(4 * words + k) * TK_SWAR_PAIRS + pair]);
    }
    const uint32_t high = (uint32_t)found.highs[pair];
    sums->sums[2 * pair] = tk_add_product(sums->bias[0], (int32_t)(found.totals[pair] - (high << 16)), 1);
    sums->sums[2 * pair + 1] = tk_add_product(sums->bias[0], (int32_t)high, 1);
  }
}

static TK_INLINE void tk_swar_multiply(const tk_conv_2d_params *params, tk_flight *flight, const int8_t *weights,
                                       const tk_channels *channels, int32_t first, int32_t count, int8_t *output) {
  static const tk_summation how = {TK_SWAR_PIXELS, tk_swar_dot_row};
  for (int32_t row = first; row < first + count; row++) {
    tk_multiply_rows(params, &how, flight, weights, channels, row, 1, output);
  }
}

/* weights: the whole words of rows [out_c, filter_h, filter_w, group_in_c], then what is left of each; bias: [out_c], or
 * NULL. patch: as above, and behind it `depth` bytes where the input does not have those of a window together. */
static TK_INLINE void tk_conv_2d_swar_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights,
                                         const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                                         int32_t *patch, int8_t *output) {
  static const tk_multiplier swar = {TK_SWAR_PIXELS, tk_swar_gather_at, tk_swar_unpack, tk_swar_multiply};
  const tk_channels channels = {bias, multiplier, shift};
  tk_convolve(params, &swar, input, weights, &channels, patch, output);
}

#endif
