/* Where the highest bit of a number is. */
#ifndef TK_BITS_H
#define TK_BITS_H

#include <stdint.h>

#include "tk_inline.h"

/* Bits above the highest one that is set; 32 for 0. */
static TK_INLINE int32_t tk_leading_zeros(uint32_t x) {
#if defined(__GNUC__)
  if (x == 0) return 32;
  return __builtin_clzl((unsigned long)x) - (int32_t)(8 * sizeof(unsigned long) - 32);
#else
  int32_t zeros = 32;
  for (; x != 0; x >>= 1) zeros--;
  return zeros;
#endif
}

#endif
