/* Sums of four channels as their int8 outputs, with Helium: the arithmetic of tk_output.h. There a layer's multipliers
 * are m, and its shifts are to the left: below 0 where they are to the right. */
#ifndef TK_OUTPUT_MVE_H
#define TK_OUTPUT_MVE_H

#include <stddef.h>
#include <stdint.h>

#include "tk_inline.h"
#include "tk_mve.h"
#include "tk_output.h"

/* The constants of four channels. */
typedef struct {
  tk_words bias;
  tk_words multiplier;
  tk_words shift;
} tk_quad;

/* Of `count` channels from `channel` on, 1 to 4. */
static TK_INLINE tk_quad tk_quad_of(const tk_output *output, const tk_channels *channels, int32_t channel,
                                    int32_t count) {
  tk_quad quad;
  quad.bias = channels->bias != NULL ? tk_load_words(channels->bias + channel, count) : tk_same_words(0);
  if (output->step) {
    quad.multiplier = tk_load_words(channels->multiplier + channel, count);
    quad.shift = tk_load_widened(channels->shift + channel, count);
  } else {
    quad.multiplier = tk_same_words(channels->multiplier[0]);
    quad.shift = tk_same_words(channels->shift[0]);
  }
  return quad;
}

/* round(round(x * m / 2^31) * 2^shift), the second time halves away from zero. */
static TK_INLINE tk_words tk_scale_words(const tk_output *output, tk_words x, const tk_quad *quad) {
  const tk_words none = tk_same_words(0);
  tk_words right = quad->shift;
  if (!output->right_only) {
    x = tk_shift_left_words(x, tk_most_words(quad->shift, none));
    right = tk_least_words(quad->shift, none);
  }
  x = tk_multiply_high_words(x, quad->multiplier);
  /* An activation that ends at zero does not let the difference to halves upwards be seen; without a shift is none. */
  if (output->min < output->zero_point) {
    x = tk_add_words(x, tk_signs(output->right_only ? x : tk_and_words(x, right)));
  }
  return tk_round_shift_words(x, right);
}

/* The outputs in the words' lowest bytes. */
static TK_INLINE tk_words tk_outputs_of(const tk_output *output, tk_words sums, const tk_quad *quad, int32_t has_bias) {
  tk_words x = has_bias ? tk_add_words(sums, quad->bias) : sums;
  x = tk_scale_words(output, x, quad);
  if (output->zero_point != 0) x = tk_add_to_words(x, output->zero_point);
  if (output->min > -128) x = tk_most_words(x, tk_same_words(output->min));
  if (output->max < 127) x = tk_least_words(x, tk_same_words(output->max));
  return tk_saturate_words(x);
}

#endif
