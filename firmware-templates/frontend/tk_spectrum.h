/* From the FFT of pairs of samples to the powers of the real FFT's bins, in place. */
#ifndef TK_SPECTRUM_H
#define TK_SPECTRUM_H

#include <stdint.h>

#include "tk_complex.h"
#include "tk_fft.h"
#include "tk_inline.h"

/* Even samples were transformed as real parts, odd ones as imaginary parts: x and its mirror image in `half` points
 * hold both spectra. Writes the powers of bins 1 to half - 1 to their places; x[0] stays.
 * @param twiddles for each of the bins 1 to half / 2, in Q15, at an address that is a multiple of 4 */
static TK_INLINE void tk_power_spectrum(uint32_t *x, int32_t half, const int16_t *twiddles) {
  for (int32_t k = 1; k <= half / 2; k++) {
    const uint32_t a = tk_complex_halve(x[k]);
    const uint32_t b = tk_complex_scale(x[half - k], TK_ONE_HALF, -TK_ONE_HALF);
    const uint32_t even = tk_complex_add(a, b), difference = tk_complex_subtract(a, b);
    const uint32_t w = tk_load_complex(twiddles + 2 * (k - 1));
    const int32_t odd_real = tk_product_real(difference, w) >> 15;
    const int32_t odd_imaginary = tk_product_imaginary(difference, w) >> 15;
    const int32_t real = tk_low(even), imaginary = tk_high(even);
    x[k] = tk_power((real + odd_real) >> 1, (imaginary + odd_imaginary) >> 1);
    x[half - k] = tk_power((real - odd_real) >> 1, (odd_imaginary - imaginary) >> 1);
  }
}

#endif
