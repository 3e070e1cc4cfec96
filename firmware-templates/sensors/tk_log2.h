/* Logarithm in integers: the position of the top bit, and straight lines between the points of a table. */
#ifndef TK_LOG2_H
#define TK_LOG2_H

#include <stdint.h>

#include "tk_integer.h"

/* Fraction bits of the result. */
enum { TK_LOG_BITS = 10 };

/* Bits of a number; 0 has none. */
static inline int32_t tk_bit_length(uint64_t x) {
  int32_t bits = 0;
  for (int32_t step = 32; step > 0; step /= 2) {
    if (x >> step) {
      x >>= step;
      bits += step;
    }
  }
  return bits + (x != 0);
}

/* log2(x) in Q10; 0 for x < 1, and x below 2^53. */
static inline int32_t tk_log2(uint64_t x) {
  /* log2(1 + i/32) in Q14. */
  static const int16_t table[] = {
      0, 727, 1433, 2118, 2784, 3432, 4062, 4676, 5274, 5858, 6428, 6984, 7527, 8059, 8578, 9086, 9584, 10071, 10549,
      11017, 11476, 11926, 12368, 12802, 13228, 13646, 14057, 14461, 14858, 15249, 15634, 16012, 16384};
  if (x == 0) return 0;
  const int32_t exponent = tk_bit_length(x) - 1;
  const uint64_t shifted = exponent > 15 ? x >> (exponent - 15) : x << (15 - exponent);
  const int32_t mantissa = (int32_t)shifted - 32768;
  const int32_t index = mantissa >> 10;
  const int32_t rise = (table[index + 1] - table[index]) * (mantissa & 1023);
  const int32_t fraction = table[index] + (int32_t)tk_round_shift(rise, 10);
  return exponent * (1 << TK_LOG_BITS) + (int32_t)tk_round_shift(fraction, 4);
}

#endif
