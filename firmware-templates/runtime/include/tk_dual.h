/* Dot products of bytes on the DSP extension: four weights times four inputs with one unpacking of the weights.
 *
 * Weights w0, w1 of two inputs x0, x1 are kept as a 16-bit number h = 256 a + u with u = w1 + 128 and a = -w0 - 1.
 * Inputs become p = x1 and n = -(256 x1 + x0 + 128) - 1. The products with 256 cancel each other, and
 *     h p + a n = w0 x0 + w1 x1 + (128 x1 + x0) + 129 w0 + 129;
 * with n + 128 p added to it, w0 x0 + w1 x1 + 129 w0 is left. The bias takes the last part, as it is constant. All sums
 * are modulo 2^32. A word holds two such numbers of each kind: h is a word of weights as it is, a its odd bytes,
 * p the odd bytes of a word of inputs, n that word with most bits inverted.
 *
 * Weights, at an address that is a multiple of 4: the words of two rows take turns, or of four; the last rows of a
 * group are by themselves where they are too few. What is left of the rows behind their last whole word comes behind all,
 * [rows, depth % 4], as plain numbers. */
#ifndef TK_DUAL_H
#define TK_DUAL_H

#include <stdint.h>

#include "tk_simd.h"

static TK_INLINE uint32_t tk_dual_n(uint32_t inputs) { return inputs ^ 0xff7fff7fu; }

/* sum + n + 128 p of both numbers. */
static TK_INLINE int32_t tk_dual_correct(int32_t sum, uint32_t n, uint32_t p) {
  return tk_add_both(tk_add_both(sum, n, 0x00010001u), p, 0x00800080u);
}

/* sum + the products of a word of weights. */
static TK_INLINE int32_t tk_dual_add(int32_t sum, uint32_t h, uint32_t p, uint32_t n) {
  return tk_add_both(tk_add_both(sum, h, p), tk_odd_bytes(h), n);
}

#endif
