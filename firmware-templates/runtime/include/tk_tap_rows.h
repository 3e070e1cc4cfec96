/* Taps of four channels with the registers of Cortex-M0 and M0+: sums in the upper ones, and one offset for each channel
 * in the lower ones, as only a register's offset loads a signed byte at once. */
#ifndef TK_TAP_ROWS_H
#define TK_TAP_ROWS_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_simd.h"

#if TK_IS_THUMB1
/* Taps in rows; distances are in bytes. */
typedef struct {
  /* 1 or more. */
  int32_t rows;
  int32_t row_size;
  /* From a tap to the next one, in the input and in the weights. */
  int32_t step;
  int32_t input_offset;
  /* From the end of a row to the next one. */
  int32_t input_skip;
  int32_t weights_skip;
} tk_tap_rows;

/* Adds the products of four channels. */
static TK_NOINLINE void tk_add_tap_rows(const int8_t *input, const int8_t *weights, const tk_tap_rows *rows,
                                        int32_t *sums) {
  /* r7 may be the frame pointer, so that the compiler cannot be told of it. */
  register const int8_t *x __asm__("r0") = input;
  register const int8_t *w __asm__("r1") = weights;
  register const tk_tap_rows *r __asm__("r2") = rows;
  register int32_t *s __asm__("r3") = sums;
#define TK_TAP_LANE(lane, sum)   \
  "ldrsb r2, [r0, " lane "]\n\t" \
  "ldrsb r3, [r1, " lane "]\n\t" \
  "add r2, r12\n\t"              \
  "muls r2, r3\n\t"              \
  "add " sum ", r2\n\t"
  /* On the stack: rows, how many are left, the end of this one's weights, sums. */
  __asm__ volatile(
      ".syntax unified\n\t"
      "push {r3, r7}\n\t"
      "ldr r4, [r2]\n\t"
      "ldr r5, [r2, #4]\n\t"
      "adds r5, r5, r1\n\t"
      "push {r2, r4, r5}\n\t"
      "ldr r4, [r2, #8]\n\t"
      "mov lr, r4\n\t"
      "ldr r4, [r2, #12]\n\t"
      "mov r12, r4\n\t"
      "ldm r3!, {r4-r7}\n\t"
      "mov r8, r4\n\t"
      "mov r9, r5\n\t"
      "mov r10, r6\n\t"
      "mov r11, r7\n\t"
      "movs r4, #0\n\t"
      "movs r5, #1\n\t"
      "movs r6, #2\n\t"
      "movs r7, #3\n"
      "1:\n\t" /**/
      TK_TAP_LANE("r4", "r8") TK_TAP_LANE("r5", "r9") TK_TAP_LANE("r6", "r10") TK_TAP_LANE("r7", "r11")
      "add r0, lr\n\t"
      "add r1, lr\n\t"
      "ldr r2, [sp, #8]\n\t"
      "cmp r1, r2\n\t"
      "bne 1b\n\t"
      "ldr r2, [sp]\n\t"
      "ldr r3, [r2, #16]\n\t"
      "adds r0, r0, r3\n\t"
      "ldr r3, [r2, #20]\n\t"
      "adds r1, r1, r3\n\t"
      "ldr r3, [r2, #4]\n\t"
      "adds r3, r3, r1\n\t"
      "str r3, [sp, #8]\n\t"
      "ldr r3, [sp, #4]\n\t"
      "subs r3, #1\n\t"
      "str r3, [sp, #4]\n\t"
      "bne 1b\n\t"
      "add sp, #12\n\t"
      "pop {r3}\n\t"
      "mov r4, r8\n\t"
      "mov r5, r9\n\t"
      "mov r6, r10\n\t"
      "mov r7, r11\n\t"
      "stm r3!, {r4-r7}\n\t"
      "pop {r7}"
      : "+r"(x), "+r"(w), "+r"(r), "+r"(s)
      :
      : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
#undef TK_TAP_LANE
}
#endif

#endif
