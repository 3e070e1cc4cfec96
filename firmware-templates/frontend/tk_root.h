/* Square roots of integers with one small table and two divisions: Zimmermann's recursion (Karatsuba Square Root,
 * INRIA RR-3805), twice. */
#ifndef TK_ROOT_H
#define TK_ROOT_H

#include <stdint.h>

#include "tk_bits.h"
#include "tk_inline.h"

typedef struct {
  uint32_t root;
  uint32_t rest;
} tk_root;

/* Of n from 2^14 to 2^16 - 1. @param table the root of 256 i, rounded down, at i - 64 */
static TK_INLINE tk_root tk_root_16(uint32_t n, const uint8_t *table) {
  tk_root found;
  found.root = table[(n >> 8) - 64];
  found.rest = n - found.root * found.root;
  if (found.rest > 2 * found.root) {
    found.rest -= 2 * found.root + 1;
    found.root++;
  }
  return found;
}

/* Of n from 2^30 to 2^32 - 1. */
static TK_INLINE tk_root tk_root_32(uint32_t n, const uint8_t *table) {
  const tk_root high = tk_root_16(n >> 16, table);
  const uint32_t dividend = high.rest << 8 | (n >> 8 & 0xffu);
  const uint32_t quotient = dividend / (2 * high.root);
  const uint32_t rest = (dividend - quotient * 2 * high.root) << 8 | (n & 0xffu);
  const uint32_t square = quotient * quotient;
  tk_root found;
  found.root = (high.root << 8) + quotient;
  found.rest = rest - square;
  if (rest < square) {
    found.rest += 2 * found.root - 1;
    found.root--;
  }
  return found;
}

/* The root, rounded down, of n from 2^62 to 2^64 - 1. */
static TK_INLINE uint32_t tk_root_64(uint64_t n, const uint8_t *table) {
  const uint32_t low = (uint32_t)n;
  const tk_root high = tk_root_32((uint32_t)(n >> 32), table);
  /* Dividend and divisor are halved, so that 32 bits hold them. */
  const uint32_t half = high.rest << 15 | low >> 17;
  const uint32_t quotient = half / high.root;
  const uint64_t rest = (uint64_t)(half - quotient * high.root) << 17 | (low & 0x1ffffu);
  const uint32_t root = (high.root << 16) + quotient;
  return rest < (uint64_t)quotient * quotient ? root - 1 : root;
}

/* The root of n < 2^53 to the nearest integer; where n < 2^32, at most 65535. */
static TK_INLINE uint32_t tk_rounded_root(uint64_t n, const uint8_t *table) {
  if (n == 0) return 0;
  const uint32_t high = (uint32_t)(n >> 32);
  const int32_t zeros = (high != 0 ? tk_leading_zeros(high) : 32 + tk_leading_zeros((uint32_t)n)) & ~1;
  const uint32_t root = tk_root_64(n << zeros, table) >> (zeros / 2);
  const uint32_t rest = (uint32_t)n - root * root;
  return rest > root && !(root == 0xffffu && high == 0) ? root + 1 : root;
}

#endif
