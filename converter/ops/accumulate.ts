// The inner loops over one patch of input, in double: exact for int8, whose sums verify keeps within 32 bits.

/** Rows that share each read of the patch: sums that do not wait for one another. */
const ROWS = 4;

/** acc[r] = bias[r] + Σ weights[r, k] × patch[k]; weights is [rows, depth]. */
export function accumulateRows(
  weights: Float64Array,
  patch: Float64Array,
  bias: Float64Array,
  acc: Float64Array,
): void {
  const whole = acc.length - (acc.length % ROWS);
  for (let row = 0; row < whole; row += ROWS) accumulateFour(weights, patch, bias, acc, row);
  for (let row = whole; row < acc.length; row++) {
    let a = bias[row]!;
    for (let k = 0, w = row * patch.length; k < patch.length; k++) a += weights[w++]! * patch[k]!;
    acc[row] = a;
  }
}

function accumulateFour(
  weights: Float64Array,
  patch: Float64Array,
  bias: Float64Array,
  acc: Float64Array,
  row: number,
): void {
  const depth = patch.length;
  const first = row * depth;
  const second = first + depth;
  const third = second + depth;
  const fourth = third + depth;
  let a = bias[row]!;
  let b = bias[row + 1]!;
  let c = bias[row + 2]!;
  let d = bias[row + 3]!;
  for (let k = 0; k < depth; k++) {
    const value = patch[k]!;
    a += weights[first + k]! * value;
    b += weights[second + k]! * value;
    c += weights[third + k]! * value;
    d += weights[fourth + k]! * value;
  }
  acc[row] = a;
  acc[row + 1] = b;
  acc[row + 2] = c;
  acc[row + 3] = d;
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
  const whole = perInput === 1 ? channels - (channels % ROWS) : 0;
  for (let c = 0; c < whole; c += ROWS) accumulateFourChannels(weights, patch, bias, acc, c);
  for (let c = whole; c < channels; c++) {
    let a = bias[c]!;
    let p = Math.floor(c / perInput);
    for (let w = c; w < weights.length; w += channels, p += inputs) a += weights[w]! * patch[p]!;
    acc[c] = a;
  }
}

/** Of channels that have one filter each. */
function accumulateFourChannels(
  weights: Float64Array,
  patch: Float64Array,
  bias: Float64Array,
  acc: Float64Array,
  channel: number,
): void {
  const channels = acc.length;
  let a = bias[channel]!;
  let b = bias[channel + 1]!;
  let c = bias[channel + 2]!;
  let d = bias[channel + 3]!;
  for (let k = channel; k < patch.length; k += channels) {
    a += weights[k]! * patch[k]!;
    b += weights[k + 1]! * patch[k + 1]!;
    c += weights[k + 2]! * patch[k + 2]!;
    d += weights[k + 3]! * patch[k + 3]!;
  }
  acc[channel] = a;
  acc[channel + 1] = b;
  acc[channel + 2] = c;
  acc[channel + 3] = d;
}
