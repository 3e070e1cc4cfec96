/* The complex FFT in place, scaled down at every stage so that it cannot overflow: kissfft's arithmetic, rounding for
 * rounding. Its points come in the order of their reversed digits. */
#ifndef TK_FFT_H
#define TK_FFT_H

#include <stdint.h>

#include "tk_complex.h"
#include "tk_inline.h"

/* Of 32767 as kissfft has it, not of 32768. */
enum { TK_ONE_HALF = 32767 / 2, TK_ONE_QUARTER = 32767 / 4 };

static TK_INLINE uint32_t tk_complex_halve(uint32_t x) { return tk_complex_scale(x, TK_ONE_HALF, TK_ONE_HALF); }

static TK_INLINE uint32_t tk_complex_quarter(uint32_t x) { return tk_complex_scale(x, TK_ONE_QUARTER, TK_ONE_QUARTER); }

/* Joins neighbours. Their twiddle factor, 32767, changes nothing: a product with it is rounded to what it was. */
static TK_INLINE void tk_fft_pairs(uint32_t *x, int32_t points) {
  for (int32_t i = 0; i < points; i += 2) {
    const uint32_t a = tk_complex_halve(x[i]), b = tk_complex_halve(x[i + 1]);
    x[i] = tk_complex_add(a, b);
    x[i + 1] = tk_complex_subtract(a, b);
  }
}

/* The transform of four points, to places that are `m` apart. */
static TK_INLINE void tk_fft_cross(uint32_t *x, int32_t m, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  const uint32_t a_plus_c = tk_complex_add(a, c), a_minus_c = tk_complex_subtract(a, c);
  const uint32_t b_plus_d = tk_complex_add(b, d), b_minus_d = tk_complex_subtract(b, d);
  x[0] = tk_complex_add(a_plus_c, b_plus_d);
  x[m] = tk_complex_subtract_i(a_minus_c, b_minus_d);
  x[2 * m] = tk_complex_subtract(a_plus_c, b_plus_d);
  x[3 * m] = tk_complex_add_i(a_minus_c, b_minus_d);
}

/* The first points of all blocks, whose twiddle factors change nothing. */
static TK_INLINE void tk_fft_first_column(uint32_t *x, int32_t points, int32_t m) {
  for (uint32_t *const end = x + points; x < end; x += 4 * m) {
    tk_fft_cross(x, m, tk_complex_quarter(x[0]), tk_complex_quarter(x[m]), tk_complex_quarter(x[2 * m]),
                 tk_complex_quarter(x[3 * m]));
  }
}

/* The points k of all blocks; `turn` is their first twiddle factor's place among those of `points` roots of unity. */
static TK_INLINE void tk_fft_column(uint32_t *x, int32_t points, int32_t m, const int16_t *twiddles, int32_t turn) {
  const uint32_t w1 = tk_load_complex(twiddles + 2 * turn);
  const uint32_t w2 = tk_load_complex(twiddles + 4 * turn);
  const uint32_t w3 = tk_load_complex(twiddles + 6 * turn);
  for (uint32_t *const end = x + points; x < end; x += 4 * m) {
    const uint32_t b = tk_complex_product(tk_complex_quarter(x[m]), w1);
    const uint32_t c = tk_complex_product(tk_complex_quarter(x[2 * m]), w2);
    const uint32_t d = tk_complex_product(tk_complex_quarter(x[3 * m]), w3);
    tk_fft_cross(x, m, tk_complex_quarter(x[0]), b, c, d);
  }
}

/* @param points a power of two, at least 2
 * @param twiddles the first 3/4 of the roots of unity in Q15, at an address that is a multiple of 4 */
static TK_INLINE void tk_fft(uint32_t *x, int32_t points, const int16_t *twiddles) {
  const int32_t odd_bits = (points & 0x2aaaaaaa) != 0;
  if (odd_bits) tk_fft_pairs(x, points);
  for (int32_t m = odd_bits ? 2 : 1; m < points; m *= 4) {
    tk_fft_first_column(x, points, m);
    for (int32_t k = 1; k < m; k++) tk_fft_column(x + k, points - k, m, twiddles, k * (points / (4 * m)));
  }
}

#endif
