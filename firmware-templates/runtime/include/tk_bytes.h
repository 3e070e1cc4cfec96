/* Copies and fills of a few bytes. */
#ifndef TK_BYTES_H
#define TK_BYTES_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_mve.h"
#include "tk_simd.h"

#if TK_HAS_MVE

/* In vectors, the last one as long as it has to be. */
static TK_INLINE void tk_copy_vectors(int8_t *to, const int8_t *from, int32_t count) {
  __asm__ volatile(
      "wlstp.8 lr, %[count], 2f\n"
      "1:\n\t"
      "vldrb.8 q0, [%[from]], #16\n\t"
      "vstrb.8 q0, [%[to]], #16\n\t"
      "letp lr, 1b\n"
      "2:"
      : [to] "+&r"(to), [from] "+&r"(from)
      : [count] "r"(count)
      : "q0", "lr", "cc", "memory");
}

static TK_INLINE void tk_fill_bytes(int8_t *to, int32_t value, int32_t count) {
  __asm__ volatile(
      "vdup.8 q0, %[value]\n\t"
      "wlstp.8 lr, %[count], 2f\n"
      "1:\n\t"
      "vstrb.8 q0, [%[to]], #16\n\t"
      "letp lr, 1b\n"
      "2:"
      : [to] "+&r"(to)
      : [value] "r"(value), [count] "r"(count)
      : "q0", "lr", "cc", "memory");
}

#else

static TK_INLINE void tk_copy_four(int8_t *to, const int8_t *from) {
#if TK_IS_THUMB1
  /* Its words are at multiples of 4 alone, so that memcpy() would be called. */
  const int8_t first = from[0], second = from[1], third = from[2], fourth = from[3];
  to[0] = first;
  to[1] = second;
  to[2] = third;
  to[3] = fourth;
#else
  memcpy(to, from, 4);
#endif
}

static TK_INLINE void tk_copy_vectors(int8_t *to, const int8_t *from, int32_t count) {
  int32_t i = 0;
  for (; i + 4 <= count; i += 4) tk_copy_four(to + i, from + i);
  for (; i < count; i++) to[i] = from[i];
}

static TK_INLINE void tk_fill_bytes(int8_t *to, int32_t value, int32_t count) {
  for (int32_t i = 0; i < count; i++) to[i] = (int8_t)value;
}

#endif

static TK_PART void tk_copy_bytes(int8_t *to, const int8_t *from, int32_t count) {
#if defined(__GNUC__) && !TK_IS_THUMB1
  if (__builtin_constant_p(count) && count % 4 == 0 && count <= 16) {
    memcpy(to, from, (size_t)count);
    return;
  }
#if TK_HAS_MVE
  if (__builtin_constant_p(count) && count % TK_VECTOR_BYTES == 0 && count <= 8 * TK_VECTOR_BYTES) {
    TK_UNROLL
    for (int32_t i = 0; i < count; i += TK_VECTOR_BYTES) {
      tk_store_bytes(to + i, tk_load_bytes(from + i, TK_VECTOR_BYTES), TK_VECTOR_BYTES);
    }
    return;
  }
#endif
#endif
  tk_copy_vectors(to, from, count);
}

#endif
