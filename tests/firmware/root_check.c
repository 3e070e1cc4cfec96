/* Counts the wrong roots of tk_root.h: around every rounding boundary of small roots, and of 1000000 others up to 2^26. */
#include <stdio.h>

#include "tk_root.h"

static uint8_t table[192];
static long wrong;

static uint32_t next(void) {
  static uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return state >> 6;
}

/* s^2 + s is the last number whose root is nearer to s than to s + 1; 65535 is the most below 2^32. */
static void check(uint64_t s) {
  const uint32_t above = s == 65535 ? 65535 : (uint32_t)s + 1;
  wrong += tk_rounded_root(s * s, table) != s;
  wrong += tk_rounded_root(s * s + s, table) != s;
  wrong += tk_rounded_root(s * s + s + 1, table) != above;
  wrong += s > 0 && s != 65536 && tk_rounded_root(s * s - 1, table) != (s == 1 ? 0 : (uint32_t)s);
}

int main(void) {
  for (uint32_t i = 0, root = 8 * 16; i < 192; i++) {
    while ((root + 1) * (root + 1) <= 256 * (i + 64)) root++;
    table[i] = (uint8_t)root;
  }
  for (uint32_t s = 0; s < 300000; s++) check(s);
  for (int i = 0; i < 1000000; i++) check(next());
  wrong += tk_rounded_root((1ull << 32) - 1, table) != 65535;
  wrong += tk_rounded_root((1ull << 53) - 1, table) != 94906266;
  printf("%ld are wrong\n", wrong);
  return 0;
}
