/* Two 16-bit numbers in a word, as the DSP extension of Cortex-M4, M7 and M33 has them; the same in C where there is
 * none, or where TK_EMULATE_DSP is defined. Bits 0 to 15 are the low number. Whether there is Helium, as TK_HAS_MVE. */
#ifndef TK_SIMD_H
#define TK_SIMD_H

#include <stdint.h>
#include <string.h>

#include "tk_inline.h"

#if defined(__ARM_FEATURE_DSP) && !defined(TK_EMULATE_DSP)
#define TK_HAS_DSP 1
#else
#define TK_HAS_DSP 0
#endif

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
#define TK_HAS_MVE 1
#else
#define TK_HAS_MVE 0
#endif

/* Cortex-M0, M0+: eight registers that most instructions take, a multiplication that gives 32 bits. */
#if defined(__thumb__) && !defined(__thumb2__)
#define TK_IS_THUMB1 1
#else
#define TK_IS_THUMB1 0
#endif

/* Four bytes from any address, the first one lowest. */
static TK_INLINE uint32_t tk_load_word(const int8_t *from) {
  uint32_t word;
  memcpy(&word, from, sizeof word);
  return word;
}

static TK_INLINE int32_t tk_low(uint32_t pair) { return (int16_t)(uint16_t)pair; }

static TK_INLINE int32_t tk_high(uint32_t pair) { return (int16_t)(uint16_t)(pair >> 16); }

static TK_INLINE uint32_t tk_pair(int32_t low, int32_t high) {
  return ((uint32_t)low & 0xffffu) | (uint32_t)high << 16;
}

/* Bytes 0 and 2 of a word as numbers. */
static TK_INLINE uint32_t tk_even_bytes(uint32_t word) {
#if TK_HAS_DSP
  uint32_t pair;
  __asm__("sxtb16 %0, %1" : "=r"(pair) : "r"(word));
  return pair;
#else
  return tk_pair((int8_t)(uint8_t)word, (int8_t)(uint8_t)(word >> 16));
#endif
}

/* Bytes 1 and 3. */
static TK_INLINE uint32_t tk_odd_bytes(uint32_t word) {
#if TK_HAS_DSP
  uint32_t pair;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(word));
  return pair;
#else
  return tk_pair((int8_t)(uint8_t)(word >> 8), (int8_t)(uint8_t)(word >> 24));
#endif
}

/* Bytes 0 and 2 of a word plus the numbers of `offsets`. */
static TK_INLINE uint32_t tk_offset_even_bytes(uint32_t offsets, uint32_t word) {
#if TK_HAS_DSP
  uint32_t pair;
  __asm__("sxtab16 %0, %1, %2" : "=r"(pair) : "r"(offsets), "r"(word));
  return pair;
#else
  const uint32_t bytes = tk_even_bytes(word);
  return tk_pair(tk_low(offsets) + tk_low(bytes), tk_high(offsets) + tk_high(bytes));
#endif
}

/* Bytes 1 and 3. */
static TK_INLINE uint32_t tk_offset_odd_bytes(uint32_t offsets, uint32_t word) {
#if TK_HAS_DSP
  uint32_t pair;
  __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(pair) : "r"(offsets), "r"(word));
  return pair;
#else
  const uint32_t bytes = tk_odd_bytes(word);
  return tk_pair(tk_low(offsets) + tk_low(bytes), tk_high(offsets) + tk_high(bytes));
#endif
}

/* sum + a * b, modulo 2^32. */
static TK_INLINE int32_t tk_add_product(int32_t sum, int32_t a, int32_t b) {
  return (int32_t)((uint32_t)sum + (uint32_t)(a * b));
}

/* sum + the product of the low numbers, modulo 2^32. */
static TK_INLINE int32_t tk_add_low(int32_t sum, uint32_t a, uint32_t b) {
#if TK_HAS_DSP
  __asm__("smlabb %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
  return sum;
#else
  return tk_add_product(sum, tk_low(a), tk_low(b));
#endif
}

/* Of the high numbers. */
static TK_INLINE int32_t tk_add_high(int32_t sum, uint32_t a, uint32_t b) {
#if TK_HAS_DSP
  __asm__("smlatt %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
  return sum;
#else
  return tk_add_product(sum, tk_high(a), tk_high(b));
#endif
}

/* Of both. */
static TK_INLINE int32_t tk_add_both(int32_t sum, uint32_t a, uint32_t b) {
#if TK_HAS_DSP
  __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
  return sum;
#else
  return tk_add_high(tk_add_low(sum, a, b), a, b);
#endif
}

#endif
