// The kernels of training that tfjs' wasm backend lacks or has only in slow form, on tfjs' own heap.
//
// Tensors are float32, NHWC, row-major; sizes count elements. Nothing here uses a stack or static data: the memory is tfjs', and the build
// script refuses a module that has either. Each result is a sum in an order fixed by the sizes alone, so it is the same bytes everywhere.
// The plain loops over channels are written for the vectorizer; only the matrix product is blocked by hand.

#define EXPORT(name) __attribute__((export_name(#name)))

typedef float f32x4 __attribute__((vector_size(16), aligned(4)));

enum {
  TILE_ROWS = 4,
  TILE_COLUMNS = 8,
  /** Rows of A and B that stay in the first-level cache while every tile passes over them. */
  BLOCK = 48,
};

static inline f32x4 load(const float *p) { return *(const f32x4 *)p; }
static inline void store(float *p, f32x4 v) { *(f32x4 *)p = v; }
static inline int min(int a, int b) { return a < b ? a : b; }
static inline int max(int a, int b) { return a > b ? a : b; }

static inline void fill(float *p, int size, float value) {
  for (int i = 0; i < size; i++) p[i] = value;
}

/** c[4 × 8] += Σ over depth of a[r·row + d·step] · b[d·n + column]; c has rows of n. */
static inline __attribute__((always_inline)) void tile(const float *a, int row, int step, const float *b, float *c,
                                                       int n, int depth) {
  f32x4 c00 = load(c), c01 = load(c + 4), c10 = load(c + n), c11 = load(c + n + 4);
  f32x4 c20 = load(c + 2 * n), c21 = load(c + 2 * n + 4), c30 = load(c + 3 * n), c31 = load(c + 3 * n + 4);
  for (int d = 0; d < depth; d++, a += step, b += n) {
    const f32x4 b0 = load(b), b1 = load(b + 4);
    c00 += a[0] * b0, c01 += a[0] * b1;
    c10 += a[row] * b0, c11 += a[row] * b1;
    c20 += a[2 * row] * b0, c21 += a[2 * row] * b1;
    c30 += a[3 * row] * b0, c31 += a[3 * row] * b1;
  }
  store(c, c00), store(c + 4, c01), store(c + n, c10), store(c + n + 4, c11);
  store(c + 2 * n, c20), store(c + 2 * n + 4, c21), store(c + 3 * n, c30), store(c + 3 * n + 4, c31);
}

/** The same sum for a rest of rows × columns that fills no tile. */
static __attribute__((noinline)) void edge(const float *a, int row, int step, const float *b, float *c, int n,
                                           int depth, int rows, int columns) {
  for (int r = 0; r < rows; r++) {
    for (int j = 0; j < columns; j++) {
      float sum = c[r * n + j];
      for (int d = 0; d < depth; d++) sum += a[r * row + d * step] * b[d * n + j];
      c[r * n + j] = sum;
    }
  }
}

/** c[rows × n] += A · b[depth × n], A[r][d] = a[r·row + d·step]. */
static inline __attribute__((always_inline)) void product(const float *a, int row, int step, const float *b, float *c,
                                                          int rows, int n, int depth) {
  const int tiled_rows = rows - rows % TILE_ROWS, tiled_columns = n - n % TILE_COLUMNS;
  for (int j = 0; j < tiled_columns; j += TILE_COLUMNS) {
    for (int r = 0; r < tiled_rows; r += TILE_ROWS) tile(a + r * row, row, step, b + j, c + r * n + j, n, depth);
  }
  edge(a, row, step, b + tiled_columns, c + tiled_columns, n, depth, tiled_rows, n - tiled_columns);
  edge(a + tiled_rows * row, row, step, b, c + tiled_rows * n, n, depth, rows - tiled_rows, n);
}

/** y[m × n] = x[m × k] · w[k × n]. */
EXPORT(matmul) void matmul(const float *x, const float *w, float *y, int m, int k, int n) {
  fill(y, m * n, 0);
  for (int i = 0; i < m; i += BLOCK) product(x + i * k, k, 1, w, y + i * n, min(BLOCK, m - i), n, k);
}

/** Copies the receptive fields of output positions first … first + count − 1 into rows of kh·kw·c; zeros outside the image. */
static void im2col(const float *x, float *columns, int first, int count, int h, int w, int c, int oh, int ow, int kh,
                   int kw, int sh, int sw, int top, int left) {
  for (int position = first; position < first + count; position++) {
    const int image = position / (oh * ow);
    const int y0 = position / ow % oh * sh - top, x0 = position % ow * sw - left;
    const int before = min(kw, max(0, -x0)) * c, inside = max(0, min(kw, w - x0)) * c;
    for (int ky = 0; ky < kh; ky++, columns += kw * c) {
      const int y = y0 + ky;
      const float *row = x + ((image * h + y) * w + x0) * c;
      const int from = y >= 0 && y < h ? before : kw * c;
      for (int i = 0; i < from; i++) columns[i] = 0;
      for (int i = from; i < inside; i++) columns[i] = row[i];
      for (int i = max(from, inside); i < kw * c; i++) columns[i] = 0;
    }
  }
}

/** y[n, oh, ow, oc] = conv2d(x[n, h, w, c], filter[kh, kw, c, oc]); scratch holds BLOCK × kh·kw·c. */
EXPORT(conv2d) void conv2d(const float *x, const float *filter, float *y, float *scratch, int n, int h, int w, int c,
                           int oh, int ow, int oc, int kh, int kw, int sh, int sw, int top, int left) {
  const int positions = n * oh * ow, k = kh * kw * c;
  fill(y, positions * oc, 0);
  for (int i = 0; i < positions; i += BLOCK) {
    const int rows = min(BLOCK, positions - i);
    im2col(x, scratch, i, rows, h, w, c, oh, ow, kh, kw, sh, sw, top, left);
    product(scratch, k, 1, filter, y + i * oc, rows, oc, k);
  }
}

/** dfilter[kh, kw, c, oc] of conv2d; scratch holds BLOCK × kh·kw·c. */
EXPORT(conv2d_filter_gradient)
void conv2d_filter_gradient(const float *x, const float *dy, float *dfilter, float *scratch, int n, int h, int w, int c,
                            int oh, int ow, int oc, int kh, int kw, int sh, int sw, int top, int left) {
  const int positions = n * oh * ow, k = kh * kw * c;
  const int pointwise = kh * kw * sh * sw == 1;
  fill(dfilter, k * oc, 0);
  for (int i = 0; i < positions; i += BLOCK) {
    const int rows = min(BLOCK, positions - i);
    if (!pointwise) im2col(x, scratch, i, rows, h, w, c, oh, ow, kh, kw, sh, sw, top, left);
    product(pointwise ? x + i * k : scratch, 1, k, dy + i * oc, dfilter, k, oc, rows);
  }
}

/** dx[n, h, w, c] of a depthwise convolution of multiplier 1 by filter[kh, kw, c]. */
EXPORT(depthwise_input_gradient)
void depthwise_input_gradient(const float *dy, const float *filter, float *dx, int n, int h, int w, int c, int oh,
                              int ow, int kh, int kw, int sh, int sw, int top, int left) {
  fill(dx, n * h * w * c, 0);
  for (int row = 0; row < n * oh; row++) {
    const int image = row / oh, y0 = row % oh * sh - top;
    for (int ky = max(0, -y0); ky < min(kh, h - y0); ky++) {
      for (int ox = 0; ox < ow; ox++) {
        const int x0 = ox * sw - left;
        const float *restrict d = dy + (row * ow + ox) * c;
        for (int kx = max(0, -x0); kx < min(kw, w - x0); kx++) {
          const float *restrict f = filter + (ky * kw + kx) * c;
          float *restrict out = dx + ((image * h + y0 + ky) * w + x0 + kx) * c;
          for (int i = 0; i < c; i++) out[i] += d[i] * f[i];
        }
      }
    }
  }
}

/** dfilter[kh, kw, c] of a depthwise convolution of multiplier 1. */
EXPORT(depthwise_filter_gradient)
void depthwise_filter_gradient(const float *x, const float *dy, float *dfilter, int n, int h, int w, int c, int oh,
                               int ow, int kh, int kw, int sh, int sw, int top, int left) {
  fill(dfilter, kh * kw * c, 0);
  for (int row = 0; row < n * oh; row++) {
    const int image = row / oh, y0 = row % oh * sh - top;
    for (int ky = max(0, -y0); ky < min(kh, h - y0); ky++) {
      for (int ox = 0; ox < ow; ox++) {
        const int x0 = ox * sw - left;
        const float *restrict d = dy + (row * ow + ox) * c;
        for (int kx = max(0, -x0); kx < min(kw, w - x0); kx++) {
          const float *restrict in = x + ((image * h + y0 + ky) * w + x0 + kx) * c;
          float *restrict out = dfilter + (ky * kw + kx) * c;
          for (int i = 0; i < c; i++) out[i] += d[i] * in[i];
        }
      }
    }
  }
}

/** mean[c] and variance[c] (biased) of x[m, c]; two passes, so that a large mean costs no digits. */
static void moments(const float *x, float *restrict mean, float *restrict variance, int m, int c) {
  const float count = (float)m;
  fill(mean, c, 0);
  fill(variance, c, 0);
  for (int r = 0; r < m; r++) {
    for (int i = 0; i < c; i++) mean[i] += x[r * c + i];
  }
  for (int i = 0; i < c; i++) mean[i] /= count;
  for (int r = 0; r < m; r++) {
    for (int i = 0; i < c; i++) {
      const float d = x[r * c + i] - mean[i];
      variance[i] += d * d;
    }
  }
  for (int i = 0; i < c; i++) variance[i] /= count;
}

/** y = max(floor, gamma · (x − mean) / √(variance + epsilon) + beta) over x[m, c]; floor is 0 for ReLU, −∞ for none. scratch holds 2 × c. */
EXPORT(batch_norm)
void batch_norm(const float *x, const float *gamma, const float *beta, float *restrict y, float *mean, float *variance,
                float *scratch, int m, int c, float epsilon, float floor) {
  float *restrict scale = scratch, *restrict offset = scratch + c;
  moments(x, mean, variance, m, c);
  for (int i = 0; i < c; i++) {
    scale[i] = gamma[i] / __builtin_sqrtf(variance[i] + epsilon);
    offset[i] = beta[i] - mean[i] * scale[i];
  }
  for (int r = 0; r < m; r++) {
    for (int i = 0; i < c; i++) {
      const float v = x[r * c + i] * scale[i] + offset[i];
      y[r * c + i] = v > floor ? v : floor;
    }
  }
}

/** dx, dgamma and dbeta of batch_norm, from its input, its moments and its output's gradient. scratch holds 4 × c. */
EXPORT(batch_norm_gradient)
void batch_norm_gradient(const float *x, const float *dy, const float *gamma, const float *beta, const float *mean,
                         const float *variance, float *restrict dx, float *restrict dgamma, float *restrict dbeta,
                         float *scratch, int m, int c, float epsilon, float floor) {
  float *restrict scale = scratch, *restrict offset = scratch + c;
  float *restrict slope = scratch + 2 * c, *restrict constant = scratch + 3 * c;
  for (int i = 0; i < c; i++) {
    scale[i] = gamma[i] / __builtin_sqrtf(variance[i] + epsilon);
    offset[i] = beta[i] - mean[i] * scale[i];
    dgamma[i] = dbeta[i] = 0;
  }
  for (int r = 0; r < m; r++) {
    for (int i = 0; i < c; i++) {
      const float v = x[r * c + i];
      const float g = dy[r * c + i];
      const float d = v * scale[i] + offset[i] > floor ? g : 0;
      dbeta[i] += d;
      dgamma[i] += d * (v - mean[i]);
    }
  }
  const float count = (float)m;
  for (int i = 0; i < c; i++) {
    const float inverse = 1 / (variance[i] + epsilon);
    slope[i] = -scale[i] * dgamma[i] * inverse / count;
    constant[i] = -scale[i] * dbeta[i] / count - slope[i] * mean[i];
    dgamma[i] *= __builtin_sqrtf(inverse);
  }
  for (int r = 0; r < m; r++) {
    for (int i = 0; i < c; i++) {
      const float v = x[r * c + i];
      const float g = dy[r * c + i];
      const float d = v * scale[i] + offset[i] > floor ? g : 0;
      dx[r * c + i] = scale[i] * d + slope[i] * v + constant[i];
    }
  }
}

/**
 * y = scale · (q − zero) nearest to max(floor, x[m, c] + bias[c]), with q in −128 … 127; where scale is 0, that value itself. range gets the
 * least and the largest of those values, 0 among them. Rounds in double, halves upwards, as JavaScript does in the converter. scratch holds 2 × c.
 */
EXPORT(quantized_activation)
void quantized_activation(const float *x, const float *bias, float *restrict y, float *range, float *scratch, int m,
                          int c, float floor, double scale, double zero) {
  float *restrict low = scratch, *restrict high = scratch + c;
  fill(scratch, 2 * c, 0);
  for (int r = 0; r < m; r++) {
    for (int i = 0; i < c; i++) {
      const float sum = x[r * c + i] + bias[i];
      const float v = sum > floor ? sum : floor;
      low[i] = v < low[i] ? v : low[i];
      high[i] = v > high[i] ? v : high[i];
      y[r * c + i] = v;
    }
  }
  range[0] = range[1] = 0;
  for (int i = 0; i < c; i++) {
    range[0] = low[i] < range[0] ? low[i] : range[0];
    range[1] = high[i] > range[1] ? high[i] : range[1];
  }
  for (int i = 0; scale > 0 && i < m * c; i++) {
    const double q = __builtin_floor(y[i] / scale + 0.5) + zero;
    const double clamped = q < -128 ? -128 : q > 127 ? 127 : q;
    y[i] = (float)(scale * (clamped - zero));
  }
}

/** dx and dbias of quantized_activation as if it did not round: the gradient passes above floor and from low to high. */
EXPORT(quantized_activation_gradient)
void quantized_activation_gradient(const float *x, const float *bias, const float *dy, float *restrict dx,
                                   float *restrict dbias, int m, int c, float floor, float low, float high) {
  fill(dbias, c, 0);
  for (int r = 0; r < m; r++) {
    for (int i = 0; i < c; i++) {
      const float v = x[r * c + i] + bias[i];
      const float g = dy[r * c + i];
      const float d = v > floor && v >= low && v <= high ? g : 0;
      dx[r * c + i] = d;
      dbias[i] += d;
    }
  }
}
