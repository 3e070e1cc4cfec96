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
  /* 1 where all shifts are from 1 to 31; 0 where some are 0, or below it, to the left, down to -30. */
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

/* round(x / 2^shift) + offset, halves upwards; shift 1 to 31. */
static TK_INLINE int32_t tk_shift_right(int32_t x, int32_t shift, int32_t offset) {
#if TK_HAS_DSP
  /* The last bit that is shifted out is the one to round by: it is in the carry. */
  __asm__("asrs %0, %0, %1\n\tadc %0, %0, %2" : "+r"(x) : "r"(shift), "r"(offset) : "cc");
  return x;
#else
  return (((x >> (shift - 1)) + 1) >> 1) + offset;
#endif
}

/* x * m / 2^31 / 2^shift, rounded twice; shift 0 to 31. */
static TK_INLINE int32_t tk_scaled(int32_t x, tk_scale scale) {
  x = tk_scale_high(x, scale.multiplier);
  return scale.shift == 0 ? x : tk_shift_right(x + (x >> 31), scale.shift, 0);
}

static TK_INLINE int32_t tk_saturate(int32_t x) {
#if TK_HAS_DSP
  __asm__("ssat %0, #8, %0" : "+r"(x));
  return x;
#else
  return tk_clamp(x, -128, 127);
#endif
}

static TK_PART int8_t tk_output_of(const tk_output *output, int32_t sum, tk_scale scale) {
  int32_t x;
  if (output->right_only) {
    x = tk_scale_high(sum, scale.multiplier);
    /* Halves away from zero; an activation that ends at zero does not let the difference be seen. */
    if (output->min < output->zero_point) x += x >> 31;
    x = tk_shift_right(x, scale.shift, output->zero_point);
  } else {
    const int32_t left = scale.shift < 0 ? -scale.shift : 0;
    const int32_t right = scale.shift < 0 ? 0 : scale.shift;
    const int32_t shifted = (int32_t)((uint32_t)sum << left);
    x = tk_divide_by_power(tk_scale_high(shifted, scale.multiplier), right) + output->zero_point;
  }
  x = tk_saturate(x);
  if (output->min > -128 && x < output->min) x = output->min;
  if (output->max < 127 && x > output->max) x = output->max;
  return (int8_t)x;
}

#endif
