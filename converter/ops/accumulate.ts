// The inner loops over one patch of input, in double: exact for int8, whose sums verify keeps within 32 bits.

/** acc[r] = bias[r] + Σ weights[r, k] × patch[k]; weights is [rows, depth]. */
export function accumulateRows(
  weights: Float64Array,
  patch: Float64Array,
  bias: Float64Array,
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
export function accumulateChannels(
  weights: Float64Array,
  patch: Float64Array,
  bias: Float64Array,
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
