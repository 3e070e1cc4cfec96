// Mean and products of vectors that come one by one: of what a layer's weights are multiplied with.

export class Covariance {
  count = 0;
  private readonly sum: Float64Array;
  /** Σ x xᵀ: the lower triangle, row by row of `size` values. */
  private readonly products: Float64Array;

  constructor(readonly size: number) {
    this.sum = new Float64Array(size);
    this.products = new Float64Array(size * size);
  }

  /** `size` values from `start` on, `stride` apart. */
  add(values: Float64Array, start = 0, stride = 1): void {
    const { size, sum, products } = this;
    this.count++;
    for (let i = 0; i < size; i++) {
      const x = values[start + i * stride]!;
      if (x === 0) continue;
      sum[i]! += x;
      for (let j = 0, row = i * size, at = start; j <= i; j++, at += stride) products[row + j]! += x * values[at]!;
    }
  }

  mean(): Float64Array {
    return this.sum.map((s) => s / Math.max(1, this.count));
  }

  /** The lower triangle of E[x xᵀ], or of the covariance E[(x − mean)(x − mean)ᵀ], row by row of `size` values. */
  moments(about: 'zero' | 'mean'): Float64Array {
    const { size, products } = this;
    const mean = about === 'mean' ? this.mean() : new Float64Array(size);
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        matrix[i * size + j] = products[i * size + j]! / Math.max(1, this.count) - mean[i]! * mean[j]!;
      }
    }
    return matrix;
  }
}
