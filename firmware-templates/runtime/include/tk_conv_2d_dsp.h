/* CONV_2D with the DSP extension: three output pixels in flight (see tk_convolve.h), weights as in tk_dual.h, in pairs
 * of rows. */
#ifndef TK_CONV_2D_DSP_H
#define TK_CONV_2D_DSP_H

#include <stdint.h>

#include "tk_convolve.h"
#include "tk_dual.h"

typedef tk_conv_2d_params tk_conv_2d_dsp_params;

enum { TK_DUAL_PIXELS = 3 };

/* A patch: for each word of the pixels' bytes p of each pixel, then n of each, as in tk_dual.h; behind the last whole
 * word, each byte of each pixel. */
static TK_INLINE int32_t tk_dual_patch_words(int32_t depth) { return TK_DUAL_PIXELS * (2 * (depth / 4) + depth % 4); }

static TK_INLINE int8_t *tk_dual_gather_at(void *patch, int32_t depth, int32_t pixel) {
  (void)pixel;
  return (int8_t *)((int32_t *)patch + tk_dual_patch_words(depth));
}

static TK_INLINE int32_t tk_dual_unpack(const int8_t *bytes, int32_t depth, int32_t pixel, void *patch) {
  int32_t *to = (int32_t *)patch + pixel;
  int32_t sum = 0;
  const int8_t *const end = bytes + (depth - depth % 4);
  for (; bytes != end; bytes += 4, to += 2 * TK_DUAL_PIXELS) {
    const uint32_t inputs = tk_load_word(bytes);
    const uint32_t p = tk_odd_bytes(inputs);
    const uint32_t n = tk_dual_n(inputs);
    to[0] = (int32_t)p;
    to[TK_DUAL_PIXELS] = (int32_t)n;
    sum = tk_dual_correct(sum, n, p);
  }
  for (int32_t k = 0; k < depth % 4; k++) to[k * TK_DUAL_PIXELS] = end[k];
  return sum;
}

/* Two rows with three pixels. words: 1 or more. */
static TK_NOINLINE void tk_dual_dot(const int32_t *patch, const int8_t *weights, int32_t words, tk_sums *sums) {
#if TK_HAS_DSP
  /* r7 may be the frame pointer, so that the compiler cannot be told of it. */
  register const int32_t *x __asm__("r0") = patch;
  register const int8_t *w __asm__("r1") = weights;
  register int32_t odd __asm__("r2") = words & 1;
  register const int32_t *end __asm__("r3") = patch + words * 2 * TK_DUAL_PIXELS;
  register tk_sums *s __asm__("r12") = sums;
#define TK_DUAL_WORD                  \
  "ldm r0!, {r8-r10}\n\t"             \
  "ldrd r11, r12, [r1], #8\n\t"       \
  "smlad r2, r11, r8, r2\n\t"         \
  "smlad r3, r11, r9, r3\n\t"         \
  "smlad r4, r11, r10, r4\n\t"        \
  "smlad r5, r12, r8, r5\n\t"         \
  "smlad r6, r12, r9, r6\n\t"         \
  "smlad r7, r12, r10, r7\n\t"        \
  "ldm r0!, {r8-r10}\n\t"             \
  "sxtb16 r11, r11, ror #8\n\t"       \
  "sxtb16 r12, r12, ror #8\n\t"       \
  "smlad r2, r11, r8, r2\n\t"         \
  "smlad r3, r11, r9, r3\n\t"         \
  "smlad r4, r11, r10, r4\n\t"        \
  "smlad r5, r12, r8, r5\n\t"         \
  "smlad r6, r12, r9, r6\n\t"         \
  "smlad r7, r12, r10, r7\n\t"
  __asm__ volatile(
      "mov lr, r3\n\t"
      "cmp r2, #0\n\t"
      /* The starts and the biases; then r12 is at the sums. */
      "ldm r12!, {r2-r4, r8, r9}\n\t"
      "push {r7, r12}\n\t"
      "add r5, r2, r9\n\t"
      "add r6, r3, r9\n\t"
      "add r7, r4, r9\n\t"
      "add r2, r2, r8\n\t"
      "add r3, r3, r8\n\t"
      "add r4, r4, r8\n\t"
      "bne 2f\n"
      "1:\n\t" TK_DUAL_WORD
      "2:\n\t" TK_DUAL_WORD
      "cmp r0, lr\n\t"
      "bne 1b\n\t"
      "ldr r0, [sp, #4]\n\t"
      "stm r0, {r2-r7}\n\t"
      "pop {r7, r12}"
      : "+r"(x), "+r"(w), "+r"(odd), "+r"(end), "+r"(s)
      :
      : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "lr", "cc", "memory");
#undef TK_DUAL_WORD
#else
  for (int32_t i = 0; i < TK_ROWS * TK_DUAL_PIXELS; i++) {
    sums->sums[i] = tk_add_product(sums->starts[i % TK_DUAL_PIXELS], sums->bias[i / TK_DUAL_PIXELS], 1);
  }
  for (; words > 0; words--, patch += 2 * TK_DUAL_PIXELS, weights += 4 * TK_ROWS) {
    for (int32_t i = 0; i < TK_ROWS * TK_DUAL_PIXELS; i++) {
      const uint32_t h = tk_load_word(weights + 4 * (i / TK_DUAL_PIXELS));
      const int32_t *const pixel = patch + i % TK_DUAL_PIXELS;
      sums->sums[i] = tk_dual_add(sums->sums[i], h, (uint32_t)pixel[0], (uint32_t)pixel[TK_DUAL_PIXELS]);
    }
  }
#endif
}

/* One row with three pixels, or any number of rows without words. */
static TK_INLINE void tk_dual_dot_few(const int32_t *patch, const int8_t *weights, int32_t words, int32_t count,
                                      tk_sums *sums) {
  for (int32_t i = 0; i < count * TK_DUAL_PIXELS; i++) {
    sums->sums[i] = tk_add_product(sums->starts[i % TK_DUAL_PIXELS], sums->bias[i / TK_DUAL_PIXELS], 1);
  }
  for (; words > 0; words--, patch += 2 * TK_DUAL_PIXELS, weights += 4) {
    const uint32_t h = tk_load_word(weights);
    for (int32_t i = 0; i < TK_DUAL_PIXELS; i++) {
      sums->sums[i] = tk_dual_add(sums->sums[i], h, (uint32_t)patch[i], (uint32_t)patch[TK_DUAL_PIXELS + i]);
    }
  }
}

static TK_INLINE void tk_dual_dot_rows(const void *patch, const int8_t *weights, int32_t depth, int32_t rows,
                                       int32_t row, int32_t count, tk_sums *sums) {
  const int32_t *const pixels = (const int32_t *)patch;
  const int32_t words = depth / 4;
  const int32_t rest = depth % 4;
  const int32_t *const last = pixels + words * 2 * TK_DUAL_PIXELS;
  const int8_t *const last_weights = weights + rows * words * 4 + row * rest;
  weights += row * words * 4;
  if (count == TK_ROWS && words > 0) {
    tk_dual_dot(pixels, weights, words, sums);
  } else {
    tk_dual_dot_few(pixels, weights, words, count, sums);
  }
  for (int32_t i = 0; i < count * TK_DUAL_PIXELS; i++) {
    const int8_t *const row_weights = last_weights + i / TK_DUAL_PIXELS * rest;
    for (int32_t k = 0; k < rest; k++) {
      sums->sums[i] = tk_add_product(sums->sums[i], row_weights[k], last[k * TK_DUAL_PIXELS + i % TK_DUAL_PIXELS]);
    }
  }
}

static TK_INLINE void tk_dual_multiply(const tk_conv_2d_params *params, tk_flight *flight, const int8_t *weights,
                                       const tk_channels *channels, int32_t first, int32_t count, int8_t *output) {
  static const tk_summation how = {TK_DUAL_PIXELS, tk_dual_dot_rows};
  tk_multiply_by_sums(params, &how, flight, weights, channels, first, count, output);
}

/* weights: group by group, rows [group_out_c] of [filter_h, filter_w, group_in_c]; bias: [out_c], or NULL. patch: as
 * above, and behind it `depth` bytes where the input does not have those of a window together. */
static TK_INLINE void tk_conv_2d_dsp_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights,
                                        const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                                        int32_t *patch, int8_t *output) {
  static const tk_multiplier dual = {TK_DUAL_PIXELS, tk_dual_gather_at, tk_dual_unpack, NULL, tk_dual_multiply};
  const tk_channels channels = {bias, multiplier, shift};
  tk_convolve(params, &dual, input, weights, &channels, patch, output);
}

#endif
