/* Vectors of 16 bytes or of 4 words, as Helium (MVE) of Cortex-M55 has them; the same in C where there is none. A count
 * of lanes below the whole vector's means the first ones: what is loaded into the others is 0, and they are not stored. */
#ifndef TK_MVE_H
#define TK_MVE_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_requantize.h"
#include "tk_simd.h"

enum { TK_VECTOR_BYTES = 16, TK_VECTOR_WORDS = 4 };

#if TK_HAS_MVE

#include <arm_mve.h>

typedef int8x16_t tk_bytes;
typedef int32x4_t tk_words;

static TK_INLINE tk_bytes tk_load_bytes(const int8_t *from, int32_t lanes) {
  return lanes < TK_VECTOR_BYTES ? vldrbq_z_s8(from, vctp8q((uint32_t)lanes)) : vldrbq_s8(from);
}

typedef struct {
  tk_bytes row[4];
} tk_four_bytes;

/* `lanes` bytes of each of `count` rows, 1 to 4, that begin `step` bytes from each other. */
static TK_INLINE tk_four_bytes tk_load_rows(const int8_t *from, int32_t step, int32_t count, int32_t lanes) {
  tk_four_bytes x;
  if (count == 4 && __builtin_constant_p(step) && step <= TK_VECTOR_BYTES) {
    __asm__("vctp.8 %[lanes]\n\t"
            "vpstttt\n\t"
            "vldrbt.8 %q0, [%[from]]\n\t"
            "vldrbt.8 %q1, [%[from], #%c[step]]\n\t"
            "vldrbt.8 %q2, [%[from], #2 * %c[step]]\n\t"
            "vldrbt.8 %q3, [%[from], #3 * %c[step]]"
            : "=&w"(x.row[0]), "=&w"(x.row[1]), "=&w"(x.row[2]), "=&w"(x.row[3])
            : [from] "r"(from), [lanes] "r"(lanes), [step] "i"(step), "m"(*(const int8_t(*)[])from));
    return x;
  }
  for (int32_t i = 0; i < 4; i++) x.row[i] = tk_load_bytes(from + (i < count ? i : 0) * step, lanes);
  return x;
}

static TK_INLINE void tk_store_bytes(int8_t *to, tk_bytes x, int32_t lanes) {
  if (lanes < TK_VECTOR_BYTES) {
    vstrbq_p_s8(to, x, vctp8q((uint32_t)lanes));
  } else {
    vstrbq_s8(to, x);
  }
}

/* Byte i comes from, or goes to, the address plus byte i of `offsets`, which are from 0 to 255. */
static TK_INLINE tk_bytes tk_gather_bytes(const int8_t *from, tk_bytes offsets, int32_t lanes) {
  return vldrbq_gather_offset_z_s8(from, vreinterpretq_u8_s8(offsets), vctp8q((uint32_t)lanes));
}

static TK_INLINE void tk_scatter_bytes(int8_t *to, tk_bytes offsets, tk_bytes x) {
  vstrbq_scatter_offset_s8(to, vreinterpretq_u8_s8(offsets), x);
}

static TK_INLINE tk_bytes tk_same_bytes(int32_t x) { return vdupq_n_s8((int8_t)x); }

/* Modulo 256. */
static TK_INLINE tk_bytes tk_add_to_bytes(tk_bytes x, int32_t y) { return vaddq_n_s8(x, (int8_t)y); }
static TK_INLINE tk_bytes tk_least_bytes(tk_bytes a, tk_bytes b) { return vminq_s8(a, b); }
static TK_INLINE tk_bytes tk_most_bytes(tk_bytes a, tk_bytes b) { return vmaxq_s8(a, b); }

/* 0, step, 2 step ... */
static TK_INLINE tk_bytes tk_offsets_by(int32_t step) {
  return vreinterpretq_s8_u8(vmulq_n_u8(vidupq_n_u8(0, 1), (uint8_t)step));
}

/* The sum of the bytes' products. */
static TK_INLINE int32_t tk_products(tk_bytes a, tk_bytes b) { return vmladavq_s8(a, b); }
static TK_INLINE int32_t tk_add_products(int32_t sum, tk_bytes a, tk_bytes b) { return vmladavaq_s8(sum, a, b); }

static TK_INLINE tk_words tk_load_words(const int32_t *from, int32_t lanes) {
  return lanes < TK_VECTOR_WORDS ? vldrwq_z_s32(from, vctp32q((uint32_t)lanes)) : vldrwq_s32(from);
}

/* One byte for each word. */
static TK_INLINE tk_words tk_load_widened(const int8_t *from, int32_t lanes) {
  return lanes < TK_VECTOR_WORDS ? vldrbq_z_s32(from, vctp32q((uint32_t)lanes)) : vldrbq_s32(from);
}

/* The lowest byte of each word. */
static TK_INLINE void tk_store_narrowed(int8_t *to, tk_words x, int32_t lanes) {
  if (lanes < TK_VECTOR_WORDS) {
    vstrbq_p_s32(to, x, vctp32q((uint32_t)lanes));
  } else {
    vstrbq_s32(to, x);
  }
}

static TK_INLINE tk_words tk_words_of(int32_t x0, int32_t x1, int32_t x2, int32_t x3) {
  tk_words x;
  __asm__("vmov %q0[2], %q0[0], %1, %3\n\tvmov %q0[3], %q0[1], %2, %4" : "=&w"(x) : "r"(x0), "r"(x1), "r"(x2), "r"(x3));
  return x;
}

static TK_INLINE tk_words tk_same_words(int32_t x) { return vdupq_n_s32(x); }
static TK_INLINE tk_words tk_add_words(tk_words a, tk_words b) { return vaddq_s32(a, b); }
static TK_INLINE tk_words tk_add_to_words(tk_words a, int32_t b) { return vaddq_n_s32(a, b); }
static TK_INLINE tk_words tk_subtract_words(tk_words a, tk_words b) { return vsubq_s32(a, b); }
static TK_INLINE tk_words tk_and_words(tk_words a, tk_words b) { return vandq_s32(a, b); }
static TK_INLINE tk_words tk_xor_words(tk_words a, tk_words b) { return veorq_s32(a, b); }
static TK_INLINE tk_words tk_least_words(tk_words a, tk_words b) { return vminq_s32(a, b); }
static TK_INLINE tk_words tk_most_words(tk_words a, tk_words b) { return vmaxq_s32(a, b); }

/* -1 where a word is negative, else 0. */
static TK_INLINE tk_words tk_signs(tk_words x) { return vshrq_n_s32(x, 31); }

/* round(a * b / 2^31), halves upwards; not for two INT32_MIN. */
static TK_INLINE tk_words tk_multiply_high_words(tk_words a, tk_words b) { return vqrdmulhq_s32(a, b); }

/* floor(a * b / 2^32) of unsigned numbers. */
static TK_INLINE tk_words tk_multiply_unsigned_high(tk_words a, uint32_t b) {
  return vreinterpretq_s32_u32(vmulhq_u32(vreinterpretq_u32_s32(a), vdupq_n_u32(b)));
}

/* x * 2^shift modulo 2^32, shift 0 to 31. */
static TK_INLINE tk_words tk_shift_left_words(tk_words x, tk_words shift) { return vshlq_s32(x, shift); }

/* round(x * 2^shift), halves upwards; shift -31 to 0. */
static TK_INLINE tk_words tk_round_shift_words(tk_words x, tk_words shift) { return vrshlq_s32(x, shift); }

/* To -128 ... 127, in the lowest bytes: the others are not defined. */
static TK_INLINE tk_words tk_saturate_words(tk_words x) {
  __asm__("vqmovnb.s32 %q0, %q0\n\tvqmovnb.s16 %q0, %q0" : "+w"(x));
  return x;
}

#else

typedef struct {
  int8_t lane[TK_VECTOR_BYTES];
} tk_bytes;

typedef struct {
  int32_t lane[TK_VECTOR_WORDS];
} tk_words;

static TK_NOINLINE tk_bytes tk_load_bytes(const int8_t *from, int32_t lanes) {
  tk_bytes x;
  for (int32_t i = 0; i < TK_VECTOR_BYTES; i++) x.lane[i] = (int8_t)(i < lanes ? from[i] : 0);
  return x;
}

typedef struct {
  tk_bytes row[4];
} tk_four_bytes;

static TK_NOINLINE tk_four_bytes tk_load_rows(const int8_t *from, int32_t step, int32_t count, int32_t lanes) {
  tk_four_bytes x;
  for (int32_t i = 0; i < 4; i++) x.row[i] = tk_load_bytes(from + (i < count ? i : 0) * step, lanes);
  return x;
}

static TK_NOINLINE void tk_store_bytes(int8_t *to, tk_bytes x, int32_t lanes) {
  for (int32_t i = 0; i < lanes; i++) to[i] = x.lane[i];
}

static TK_NOINLINE tk_bytes tk_gather_bytes(const int8_t *from, tk_bytes offsets, int32_t lanes) {
  tk_bytes x;
  for (int32_t i = 0; i < TK_VECTOR_BYTES; i++) {
    x.lane[i] = (int8_t)(i < lanes ? from[(uint8_t)offsets.lane[i]] : 0);
  }
  return x;
}

static TK_NOINLINE void tk_scatter_bytes(int8_t *to, tk_bytes offsets, tk_bytes x) {
  for (int32_t i = 0; i < TK_VECTOR_BYTES; i++) to[(uint8_t)offsets.lane[i]] = x.lane[i];
}

static TK_NOINLINE tk_bytes tk_same_bytes(int32_t x) {
  tk_bytes same;
  for (int32_t i = 0; i < TK_VECTOR_BYTES; i++) same.lane[i] = (int8_t)x;
  return same;
}

static TK_NOINLINE tk_bytes tk_add_to_bytes(tk_bytes x, int32_t y) {
  for (int32_t i = 0; i < TK_VECTOR_BYTES; i++) x.lane[i] = (int8_t)(uint8_t)(x.lane[i] + y);
  return x;
}

static TK_NOINLINE tk_bytes tk_least_bytes(tk_bytes a, tk_bytes b) {
  for (int32_t i = 0; i < TK_VECTOR_BYTES; i++) a.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i];
  return a;
}

static TK_NOINLINE tk_bytes tk_most_bytes(tk_bytes a, tk_bytes b) {
  for (int32_t i = 0; i < TK_VECTOR_BYTES; i++) a.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
  return a;
}

static TK_NOINLINE tk_bytes tk_offsets_by(int32_t step) {
  tk_bytes offsets;
  for (int32_t i = 0; i < TK_VECTOR_BYTES; i++) offsets.lane[i] = (int8_t)(uint8_t)(i * step);
  return offsets;
}

static TK_NOINLINE int32_t tk_add_products(int32_t sum, tk_bytes a, tk_bytes b) {
  for (int32_t i = 0; i < TK_VECTOR_BYTES; i++) sum = tk_add_product(sum, a.lane[i], b.lane[i]);
  return sum;
}

static TK_NOINLINE int32_t tk_products(tk_bytes a, tk_bytes b) { return tk_add_products(0, a, b); }

static TK_NOINLINE tk_words tk_load_words(const int32_t *from, int32_t lanes) {
  tk_words x;
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) x.lane[i] = i < lanes ? from[i] : 0;
  return x;
}

static TK_NOINLINE tk_words tk_load_widened(const int8_t *from, int32_t lanes) {
  tk_words x;
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) x.lane[i] = i < lanes ? from[i] : 0;
  return x;
}

static TK_NOINLINE void tk_store_narrowed(int8_t *to, tk_words x, int32_t lanes) {
  for (int32_t i = 0; i < lanes; i++) to[i] = (int8_t)(uint8_t)x.lane[i];
}

static TK_NOINLINE tk_words tk_words_of(int32_t x0, int32_t x1, int32_t x2, int32_t x3) {
  const tk_words x = {{x0, x1, x2, x3}};
  return x;
}

static TK_NOINLINE tk_words tk_same_words(int32_t x) {
  tk_words same;
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) same.lane[i] = x;
  return same;
}

static TK_NOINLINE tk_words tk_add_words(tk_words a, tk_words b) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) a.lane[i] = tk_add_product(a.lane[i], b.lane[i], 1);
  return a;
}

static TK_NOINLINE tk_words tk_add_to_words(tk_words a, int32_t b) { return tk_add_words(a, tk_same_words(b)); }

static TK_NOINLINE tk_words tk_subtract_words(tk_words a, tk_words b) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) a.lane[i] = tk_add_product(a.lane[i], b.lane[i], -1);
  return a;
}

static TK_NOINLINE tk_words tk_xor_words(tk_words a, tk_words b) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) a.lane[i] ^= b.lane[i];
  return a;
}

static TK_NOINLINE tk_words tk_multiply_unsigned_high(tk_words a, uint32_t b) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) a.lane[i] = (int32_t)((uint64_t)(uint32_t)a.lane[i] * b >> 32);
  return a;
}

static TK_NOINLINE tk_words tk_and_words(tk_words a, tk_words b) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) a.lane[i] &= b.lane[i];
  return a;
}

static TK_NOINLINE tk_words tk_least_words(tk_words a, tk_words b) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) a.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i];
  return a;
}

static TK_NOINLINE tk_words tk_most_words(tk_words a, tk_words b) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) a.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
  return a;
}

static TK_NOINLINE tk_words tk_signs(tk_words x) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) x.lane[i] = x.lane[i] < 0 ? -1 : 0;
  return x;
}

static TK_NOINLINE tk_words tk_multiply_high_words(tk_words a, tk_words b) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) a.lane[i] = tk_multiply_high(a.lane[i], b.lane[i]);
  return a;
}

static TK_NOINLINE tk_words tk_shift_left_words(tk_words x, tk_words shift) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) x.lane[i] = (int32_t)((uint32_t)x.lane[i] << shift.lane[i]);
  return x;
}

static TK_NOINLINE tk_words tk_round_shift_words(tk_words x, tk_words shift) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) {
    if (shift.lane[i] < 0) x.lane[i] = ((x.lane[i] >> (-shift.lane[i] - 1)) + 1) >> 1;
  }
  return x;
}

static TK_NOINLINE tk_words tk_saturate_words(tk_words x) {
  for (int32_t i = 0; i < TK_VECTOR_WORDS; i++) x.lane[i] = tk_clamp(x.lane[i], -128, 127);
  return x;
}

#endif

#endif
