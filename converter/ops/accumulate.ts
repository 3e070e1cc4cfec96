// The inner loops: rows of weights times one patch of input, in int32 and in floating point.

/** acc[r] = bias[r] + Σ weights[r, k] × patch[k]; weights is [rows, depth]. Four rows share each read of the patch. */
export function accumulateRowsInt8(weights: Int8Array, patch: Int16Array, bias: Int32Array, acc: Int32Array): void {
  const depth = patch.length;
  const rows = acc.length;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const r0 = row * depth;
    const r1 = r0 + depth;
    const r2 = r1 + depth;
    const r3 = r2 + depth;
    let a0 = bias[row]!;
    let a1 = bias[row + 1]!;
    let a2 = bias[row + 2]!;
    let a3 = bias[row + 3]!;
    for (let k = 0; k < depth; k++) {
      const value = patch[k]!;
      a0 = (a0 + Math.imul(weights[r0 + k]!, value)) | 0;
      a1 = (a1 + Math.imul(weights[r1 + k]!, value)) | 0;
      a2 = (a2 + Math.imul(weights[r2 + k]!, value)) | 0;
      a3 = (a3 + Math.imul(weights[r3 + k]!, value)) | 0;
    }
    acc[row] = a0;
    acc[row + 1] = a1;
    acc[row + 2] = a2;
    acc[row + 3] = a3;
  }
  for (; row < rows; row++) {
    let a = bias[row]!;
    for (let k = 0; k < depth; k++) a = (a + Math.imul(weights[row * depth + k]!, patch[k]!)) | 0;
    acc[row] = a;
  }
}

/** The same in floating point: double sums, rounded to float32 by the caller's store. */
export function accumulateRowsFloat32(
  weights: Float32Array,
  patch: Float32Array,
  bias: Float32Array,
  acc: Float64Array,
): void {
  const depth = patch.length;
  for (let row = 0; row < acc.length; row++) {
    let a = bias[row]!;
    for (let k = 0; k < depth; k++) a += weights[row * depth + k]! * patch[k]!;
    acc[row] = a;
  }
}

/**
 * acc[c × m + j] = bias + Σ weights[k, c × m + j] × patch[k, c], where each input channel c has m filters of its own.
 * patch is [taps, channels], weights [taps, channels × m].
 */
export function accumulateChannelsInt8(weights: Int8Array, patch: Int16Array, bias: Int32Array, acc: Int32Array): void {
  const channels = acc.length;
  const perInput = weights.length / patch.length;
  const inputs = channels / perInput;
  for (let c = 0; c < channels; c++) {
    let a = bias[c]!;
    let p = Math.floor(c / perInput);
    for (let w = c; w < weights.length; w += channels, p += inputs) a = (a + Math.imul(weights[w]!, patch[p]!)) | 0;
    acc[c] = a;
  }
}

/** The same in floating point. */
export function accumulateChannelsFloat32(
  weights: Float32Array,
  patch: Float32Array,
  bias: Float32Array,
  acc: Float64Array,
): void {
  const channels = acc.length;
  const perInput = weights.length / patch.length;
  const inputs = channels / perInput;
  for (let c = 0; c < channels; c++) {
    let a = bias[c]!;
    let p = Math.floor(c / perInput);
    for (let w = c; w < weights.length; w += channels, p += inputs) a += weights[w]! * patch[p]!;
    acc[c] = a;
  }
}
