/* The int32 sums of a layer's channels as its int8 output: gemmlowp's fixed-point multiplication with double rounding.
 * Source: gemmlowp fixedpoint/fixedpoint.h, as TFLite Micro's reference kernels use it. */
#ifndef TK_OUTPUT_H
#define TK_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "tk_requantize.h"
#include "tk_simd.h"

/* output = clamp(round(round(sum * m / 2^31) / 2^shift) + zero_point, min, max), m from 2^30 to 2^31 - 1. */
typedef struct {
  int32_t zero_point;
  /* Bounds of the fused activation, -128 to 127. */
  int32_t min;
  int32_t max;
  /* 1 where each channel has its own multiplier and shift, 0 where all share one. */
  int32_t step;
  /* 1 where all shifts are from 1 to 31 and all sums below 2^30; 0 where some shifts are 0, or below it, to the left,
   * down to -30. */
  int32_t right_only;
} tk_output;

/* The constants of a layer's channels. */
typedef struct {
  /* NULL where all are 0. */
  const int32_t *bias;
  /* 2 m - 2^32. */
  const int32_t *multiplier;
  const int8_t *shift;
} tk_channels;

/* How the sums of one channel are scaled: 2 m - 2^32, and a shift to the right. */
typedef struct {
  int32_t multiplier;
  int32_t shift;
} tk_scale;

static TK_INLINE int32_t tk_bias_of(const tk_channels *channels, int32_t channel) {
  return channels->bias != NULL ? channels->bias[channel] : 0;
}

static TK_INLINE tk_scale tk_scale_of(const tk_output *output, const tk_channels *channels, int32_t channel) {
  tk_scale scale;
  scale.multiplier = channels->multiplier[channel * output->step];
  scale.shift = channels->shift[channel * output->step];
  return scale;
}

/* round(sum * m / 2^31), halves upwards. */
static TK_INLINE int32_t tk_scale_high(int32_t sum, int32_t multiplier) {
#if TK_HAS_DSP
  int32_t scaled;
  __asm__("smmlar %0, %1, %2, %1" : "=r"(scaled) : "r"(sum), "r"(multiplier));
  return scaled;
#else
  const int64_t product = (int64_t)sum * multiplier + ((int64_t)1 << 31);
  /* An arithmetic shift: every compiler that this code is built with rounds it down. */
  return (int32_t)(product >> 32) + sum;
#endif
}

/* The same, of a sum below 2^30: by products of 32 bits, where there are no others. */
static TK_INLINE int32_t tk_scale_high_small(int32_t sum, int32_t multiplier) {
#if TK_IS_THUMB1
  const int32_t low_m = (int32_t)((uint32_t)multiplier & 0xffffu), high_m = multiplier >> 16;
  int32_t low, high, middle;
  __asm__(
      ".syntax unified\n\t"
      "sxth %0, %3\n\t"
      "subs %1, %3, %0\n\t"
      "asrs %1, %1, #16\n\t"
      "movs %2, %0\n\t"
      "muls %2, %4, %2\n\t"
      "asrs %2, %2, #16\n\t"
      "muls %0, %5, %0\n\t"
      "adds %2, %2, %0\n\t"
      "movs %0, %1\n\t"
      "muls %0, %4, %0\n\t"
      "adds %2, %2, %0\n\t"
      "muls %1, %5, %1\n\t"
      /* The bit to round by goes into the carry. */
      "asrs %2, %2, #16\n\t"
      "adcs %1, %2\n\t"
      "adds %1, %1, %3"
      : "=&l"(low), "=&l"(high), "=&l"(middle)
      : "l"(sum), "l"(low_m), "l"(high_m)
      : "cc");
  return high;
#else
  return tk_scale_high(sum, multiplier);
#endif
}

/* round(x / 2^shift) + offset, halves upwards; shift 1 to 31. */
static TK_INLINE int32_t tk_shift_right(int32_t x, int32_t shift, int32_t offset) {
#if defined(__thumb__)
  /* The last bit that is shifted out is the one to round by: it is in the carry. */
#if TK_IS_THUMB1
  __asm__(".syntax unified\n\tasrs %0, %1\n\tadcs %0, %2" : "+l"(x) : "l"(shift), "l"(offset) : "cc");
#else
  __asm__("asrs %0, %0, %1\n\tadc %0, %0, %2" : "+r"(x) : "r"(shift), "r"(offset) : "cc");
#endif
  return x;
#else
  return (((x >> (shift - 1)) + 1) >> 1) + offset;
#endif
}

/* x * m / 2^31 / 2^shift, rounded twice; x below 2^30, shift 0 to 31. */
static TK_INLINE int32_t tk_scaled(int32_t x, tk_scale scale) {
  x = tk_scale_high_small(x, scale.multiplier);
  return scale.shift == 0 ? x : tk_shift_right(x + (x >> 31), scale.shift, 0);
}

static TK_INLINE int32_t tk_saturate_s8(int32_t x) {
#if defined(__ARM_FEATURE_SAT)
  __asm__("ssat %0, #8, %0" : "+r"(x));
  return x;
#else
  return (int8_t)x == x ? x : (x >> 31) ^ 127;
#endif
}

static TK_PART int8_t tk_output_of(const tk_output *output, int32_t sum, tk_scale scale) {
  int32_t x;
  if (output->right_only) {
    x = tk_scale_high_small(sum, scale.multiplier);
    /* Halves away from zero; an activation that ends at zero does not let the difference be seen. */
    if (output->min < output->zero_point) x += x >> 31;
    x = tk_shift_right(x, scale.shift, output->zero_point);
  } else {
    const int32_t left = scale.shift < 0 ? -scale.shift : 0;
    const int32_t right = scale.shift < 0 ? 0 : scale.shift;
    const int32_t shifted = (int32_t)((uint32_t)sum << left);
    x = tk_divide_by_power(tk_scale_high(shifted, scale.multiplier), right) + output->zero_point;
  }
  x = tk_saturate_s8(x);
  if (output->min > -128 && x < output->min) x = output->min;
  if (output->max < 127 && x > output->max) x = output->max;
  return (int8_t)x;
}

#endif
