/* Integer arithmetic that the host and the chip share to the last bit: see base/fixed_point.ts. */
#ifndef TK_INTEGER_H
#define TK_INTEGER_H

#include <stdint.h>

/* round(x / 2^bits), halves upwards; bits 0 to 51. */
static inline int64_t tk_round_shift(int64_t x, int32_t bits) {
  /* An arithmetic shift: every compiler that this code is built with rounds it down. */
  return bits == 0 ? x : (x + ((int64_t)1 << (bits - 1))) >> bits;
}

static inline int64_t tk_clamp_wide(int64_t x, int64_t low, int64_t high) {
  if (x < low) return low;
  return x > high ? high : x;
}

/* Of int32 without its least value, so that the negative is one too. */
static inline int32_t tk_saturate(int64_t x) { return (int32_t)tk_clamp_wide(x, -INT32_MAX, INT32_MAX); }

static inline int64_t tk_magnitude(int64_t x) { return x < 0 ? -x : x; }

#endif
