/* A complex number in a word, its real part low and its imaginary part high, 16 bits each. Sums wrap. */
#ifndef TK_COMPLEX_H
#define TK_COMPLEX_H

#include <stdint.h>
#include <string.h>

#include "tk_inline.h"
#include "tk_simd.h"

/* 0.5 of a Q15 product. */
enum { TK_HALF_Q15 = 1 << 14 };

/* From an address that is a multiple of 4. */
static TK_INLINE uint32_t tk_load_complex(const int16_t *from) {
  uint32_t pair;
#if defined(__GNUC__)
  memcpy(&pair, __builtin_assume_aligned(from, 4), sizeof pair);
#else
  memcpy(&pair, from, sizeof pair);
#endif
  return pair;
}

static TK_INLINE uint32_t tk_complex_add(uint32_t a, uint32_t b) {
#if TK_HAS_DSP
  uint32_t sum;
  __asm__("sadd16 %0, %1, %2" : "=r"(sum) : "r"(a), "r"(b));
  return sum;
#else
  return tk_pair(tk_low(a) + tk_low(b), tk_high(a) + tk_high(b));
#endif
}

static TK_INLINE uint32_t tk_complex_subtract(uint32_t a, uint32_t b) {
#if TK_HAS_DSP
  uint32_t difference;
  __asm__("ssub16 %0, %1, %2" : "=r"(difference) : "r"(a), "r"(b));
  return difference;
#else
  return tk_pair(tk_low(a) - tk_low(b), tk_high(a) - tk_high(b));
#endif
}

/* a + i b. */
static TK_INLINE uint32_t tk_complex_add_i(uint32_t a, uint32_t b) {
#if TK_HAS_DSP
  uint32_t sum;
  __asm__("sasx %0, %1, %2" : "=r"(sum) : "r"(a), "r"(b));
  return sum;
#else
  return tk_pair(tk_low(a) - tk_high(b), tk_high(a) + tk_low(b));
#endif
}

/* a - i b. */
static TK_INLINE uint32_t tk_complex_subtract_i(uint32_t a, uint32_t b) {
#if TK_HAS_DSP
  uint32_t difference;
  __asm__("ssax %0, %1, %2" : "=r"(difference) : "r"(a), "r"(b));
  return difference;
#else
  return tk_pair(tk_low(a) + tk_high(b), tk_high(a) - tk_low(b));
#endif
}

/* The parts times a factor each in Q15, -16383 to 16383, rounded. */
static TK_INLINE uint32_t tk_complex_scale(uint32_t x, int32_t real_factor, int32_t imaginary_factor) {
#if TK_HAS_DSP
  /* In Q16, so that both results are high halves. */
  int32_t low, high;
  uint32_t pair;
  __asm__("smlabb %0, %1, %2, %3" : "=r"(low) : "r"(x), "r"(2 * real_factor), "r"(2 * TK_HALF_Q15));
  __asm__("smlatb %0, %1, %2, %3" : "=r"(high) : "r"(x), "r"(2 * imaginary_factor), "r"(2 * TK_HALF_Q15));
  __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(pair) : "r"(high), "r"(low));
  return pair;
#else
  return tk_pair((tk_low(x) * real_factor + TK_HALF_Q15) >> 15, (tk_high(x) * imaginary_factor + TK_HALF_Q15) >> 15);
#endif
}

/* The real part of x * w, with half a unit for rounding; the parts of x and w leave room for both. */
static TK_INLINE int32_t tk_product_real(uint32_t x, uint32_t w) {
#if TK_HAS_DSP
  int32_t sum;
  __asm__("smlsd %0, %1, %2, %3" : "=r"(sum) : "r"(x), "r"(w), "r"(TK_HALF_Q15));
  return sum;
#else
  return tk_low(x) * tk_low(w) - tk_high(x) * tk_high(w) + TK_HALF_Q15;
#endif
}

/* Its imaginary part. */
static TK_INLINE int32_t tk_product_imaginary(uint32_t x, uint32_t w) {
#if TK_HAS_DSP
  int32_t sum;
  __asm__("smladx %0, %1, %2, %3" : "=r"(sum) : "r"(x), "r"(w), "r"(TK_HALF_Q15));
  return sum;
#else
  return tk_low(x) * tk_high(w) + tk_high(x) * tk_low(w) + TK_HALF_Q15;
#endif
}

/* x * w, w in Q15, rounded. */
static TK_INLINE uint32_t tk_complex_product(uint32_t x, uint32_t w) {
  const int32_t low = tk_product_real(x, w) >> 15;
  const int32_t high = tk_product_imaginary(x, w);
#if TK_HAS_DSP
  uint32_t pair;
  __asm__("pkhbt %0, %1, %2, lsl #1" : "=r"(pair) : "r"(low), "r"(high));
  return pair;
#else
  return tk_pair(low, high >> 15);
#endif
}

/* The parts without their signs; bits 15 of a part that is -32768 stays set. */
static TK_INLINE uint32_t tk_complex_magnitudes(uint32_t x) {
#if TK_HAS_DSP
  uint32_t magnitudes;
  __asm__("ssub16 %0, %1, %2\n\tsel %0, %0, %2" : "=&r"(magnitudes) : "r"(0), "r"(x));
  return magnitudes;
#else
  const int32_t low = tk_low(x), high = tk_high(x);
  return tk_pair(low < 0 ? -low : low, high < 0 ? -high : high);
#endif
}

/* The square of the absolute value of what is left of both parts in 16 bits. */
static TK_INLINE uint32_t tk_power(int32_t real, int32_t imaginary) {
  const int32_t re = (int16_t)(uint16_t)real, im = (int16_t)(uint16_t)imaginary;
  return (uint32_t)(re * re) + (uint32_t)(im * im);
}

#endif
