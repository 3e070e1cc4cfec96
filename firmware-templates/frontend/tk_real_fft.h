/* Real FFT in int16, scaled down at every stage so that it cannot overflow: the same integers as in
 * trainer/frontend/fft.ts, which are kissfft's. */
#ifndef TK_REAL_FFT_H
#define TK_REAL_FFT_H

#include <stdint.h>

/* A real FFT of 2 * half points, done as a complex one of `half`. */
typedef struct {
  int32_t half;
  /* Radices, 4 or 2, the outermost stage first. */
  int32_t stages;
  const uint8_t *radices;
  /* [half]: where each complex point is taken from. */
  const uint16_t *order;
  /* Q15, complex: [half] of the stages, [half / 2] of the split into even and odd samples. */
  const int16_t *twiddles;
  const int16_t *split_twiddles;
} tk_real_fft_params;

typedef struct {
  int32_t re;
  int32_t im;
} tk_complex;

/* x / 2^n as kissfft rounds it. */
static inline int32_t tk_fft_half(int32_t x) { return (x * (32767 >> 1) + 16384) >> 15; }
static inline int32_t tk_fft_quarter(int32_t x) { return (x * (32767 >> 2) + 16384) >> 15; }

static inline tk_complex tk_fft_halves(const int16_t *x) {
  const tk_complex z = {tk_fft_half(x[0]), tk_fft_half(x[1])};
  return z;
}

static inline tk_complex tk_fft_quarters(const int16_t *x) {
  const tk_complex z = {tk_fft_quarter(x[0]), tk_fft_quarter(x[1])};
  return z;
}

/* z times a root of unity in Q15. */
static inline tk_complex tk_fft_turn(tk_complex z, const int16_t *root) {
  const tk_complex turned = {(z.re * root[0] - z.im * root[1] + 16384) >> 15,
                             (z.re * root[1] + z.im * root[0] + 16384) >> 15};
  return turned;
}

static inline void tk_fft_store(int16_t *x, int32_t re, int32_t im) {
  x[0] = (int16_t)re;
  x[1] = (int16_t)im;
}

/* Joins blocks of m complex points, two at a time. */
static inline void tk_fft_radix_2(int16_t *x, const int16_t *twiddles, int32_t n, int32_t m) {
  const int32_t stride = n / (2 * m);
  for (int32_t block = 0; block < n; block += 2 * m) {
    for (int32_t k = 0; k < m; k++) {
      int16_t *const x0 = x + 2 * (block + k);
      int16_t *const x1 = x0 + 2 * m;
      const tk_complex a = tk_fft_halves(x0);
      const tk_complex b = tk_fft_turn(tk_fft_halves(x1), twiddles + 2 * k * stride);
      tk_fft_store(x1, a.re - b.re, a.im - b.im);
      tk_fft_store(x0, a.re + b.re, a.im + b.im);
    }
  }
}

/* Joins blocks of m complex points, four at a time. */
static inline void tk_fft_radix_4(int16_t *x, const int16_t *twiddles, int32_t n, int32_t m) {
  const int32_t stride = n / (4 * m);
  for (int32_t k = 0; k < m; k++) {
    const int16_t *const root = twiddles + 2 * k * stride;
    for (int16_t *x0 = x + 2 * k; x0 < x + 2 * n; x0 += 8 * m) {
      int16_t *const x1 = x0 + 2 * m;
      int16_t *const x2 = x1 + 2 * m;
      int16_t *const x3 = x2 + 2 * m;
      const tk_complex a = tk_fft_quarters(x0);
      const tk_complex b = tk_fft_turn(tk_fft_quarters(x1), root);
      const tk_complex c = tk_fft_turn(tk_fft_quarters(x2), root + 2 * k * stride);
      const tk_complex d = tk_fft_turn(tk_fft_quarters(x3), root + 4 * k * stride);
      tk_fft_store(x0, a.re + c.re + (b.re + d.re), a.im + c.im + (b.im + d.im));
      tk_fft_store(x1, a.re - c.re + (b.im - d.im), a.im - c.im - (b.re - d.re));
      tk_fft_store(x2, a.re + c.re - (b.re + d.re), a.im + c.im - (b.im + d.im));
      tk_fft_store(x3, a.re - c.re - (b.im - d.im), a.im - c.im + (b.re - d.re));
    }
  }
}

/* Separates the spectra of the even and odd samples, which were transformed as real and imaginary parts. */
static inline void tk_fft_split(const int16_t *x, const int16_t *twiddles, int32_t half, int16_t *output) {
  const tk_complex first = tk_fft_halves(x);
  tk_fft_store(output, first.re + first.im, 0);
  tk_fft_store(output + 2 * half, first.re - first.im, 0);
  for (int32_t k = 1; k <= half / 2; k++) {
    const int32_t j = half - k;
    const tk_complex a = tk_fft_halves(x + 2 * k);
    const tk_complex b = {tk_fft_half(x[2 * j]), tk_fft_half(-x[2 * j + 1])};
    const tk_complex sum = {a.re + b.re, a.im + b.im};
    const tk_complex difference = {a.re - b.re, a.im - b.im};
    const tk_complex odd = tk_fft_turn(difference, twiddles + 2 * k - 2);
    tk_fft_store(output + 2 * k, (sum.re + odd.re) >> 1, (sum.im + odd.im) >> 1);
    tk_fft_store(output + 2 * j, (sum.re - odd.re) >> 1, (odd.im - sum.im) >> 1);
  }
}

/* samples: [count], of which there may be fewer than points; work: [2 * half]; output: [2 * half + 2], bins 0 to half,
 * real and imaginary parts alternating, scaled by 1 / (2 * half). */
static inline void tk_real_fft(const tk_real_fft_params *p, const int16_t *samples, int32_t count, int16_t *work,
                               int16_t *output) {
  for (int32_t i = 0; i < p->half; i++) {
    const int32_t from = 2 * p->order[i];
    work[2 * i] = from < count ? samples[from] : 0;
    work[2 * i + 1] = from + 1 < count ? samples[from + 1] : 0;
  }
  int32_t m = 1;
  for (int32_t stage = p->stages - 1; stage >= 0; stage--) {
    if (p->radices[stage] == 4) tk_fft_radix_4(work, p->twiddles, p->half, m);
    else tk_fft_radix_2(work, p->twiddles, p->half, m);
    m *= p->radices[stage];
  }
  tk_fft_split(work, p->split_twiddles, p->half, output);
}

#endif
