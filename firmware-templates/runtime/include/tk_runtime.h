/* int8 kernels for TinyML models. Tensors are NHWC with one batch, dense, owned by the caller; a kernel keeps nothing
 * and needs no scratch unless it says so. Every output equals TFLite Micro's reference kernels to the last byte.
 * Input and output must not overlap. */
#ifndef TK_RUNTIME_H
#define TK_RUNTIME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* From int32 sums to int8: output = clamp(requantize(sum, multiplier, shift) + output_offset, min, max). */
typedef struct {
  /* 0, or 2^30 to 2^31 - 1; one for each output channel, or one for all. */
  const int32_t *multiplier;
  /* -31 to 30, positive to the left; as many. */
  const int8_t *shift;
  /* 1 where each output channel has its own multiplier and shift, 0 where all share one. */
  int32_t step;
  /* Zero point of the output. */
  int32_t output_offset;
  /* Bounds of the fused activation, -128 to 127. */
  int32_t min;
  int32_t max;
} tk_requantization;

/* A window that slides over an image. Sizes are in elements, 1 or more; padding is what the first window covers outside
 * the input, 0 or more. What lies outside is real zero. */
typedef struct {
  int32_t in_h, in_w, in_c;
  int32_t out_h, out_w, out_c;
  int32_t filter_h, filter_w;
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
} tk_window;

typedef struct {
  tk_window window;
  /* Minus the input's zero point: -127 to 128. */
  int32_t input_offset;
  tk_requantization requantization;
} tk_conv_2d_params;

/* weights: [out_c, filter_h, filter_w, in_c]; bias: [out_c]. */
void tk_conv_2d_s8(const tk_conv_2d_params *params, const int8_t *input, const int8_t *weights, const int32_t *bias,
                   int8_t *output);

typedef struct {
  tk_window window;
  int32_t input_offset;
  tk_requantization requantization;
  /* out_c / in_c. */
  int32_t depth_multiplier;
} tk_depthwise_conv_2d_params;

/* weights: [filter_h, filter_w, out_c]; bias: [out_c]. */
void tk_depthwise_conv_2d_s8(const tk_depthwise_conv_2d_params *params, const int8_t *input, const int8_t *weights,
                             const int32_t *bias, int8_t *output);

typedef struct {
  /* Rows of the input; each has `depth` elements, and gives `out` elements. */
  int32_t batches;
  int32_t depth;
  int32_t out;
  int32_t input_offset;
  tk_requantization requantization;
} tk_fully_connected_params;

/* weights: [out, depth]; bias: [out]. */
void tk_fully_connected_s8(const tk_fully_connected_params *params, const int8_t *input, const int8_t *weights,
                           const int32_t *bias, int8_t *output);

typedef struct {
  /* in_c and out_c are equal, dilation is 1. */
  tk_window window;
  int32_t min;
  int32_t max;
} tk_average_pool_2d_params;

/* The mean of the elements that are inside the input; input and output have the same quantization. */
void tk_average_pool_2d_s8(const tk_average_pool_2d_params *params, const int8_t *input, int8_t *output);

typedef struct {
  /* Rows of `depth` elements, each normalised by itself. */
  int32_t rows;
  int32_t depth;
  /* beta * input scale, in Q5.26 after the shift: multiplier 2^30 to 2^31 - 1, shift 0 to 31. */
  int32_t multiplier;
  int32_t left_shift;
  /* Below this difference to the row's maximum an element counts as zero. */
  int32_t diff_min;
} tk_softmax_params;

/* The output's scale is 1/256, its zero point -128. */
void tk_softmax_s8(const tk_softmax_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
