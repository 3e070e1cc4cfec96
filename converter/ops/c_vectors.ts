// The layout of weights for Helium's vectors of 16 bytes: see runtime/include/tk_conv_2d_mve.h.

const VECTOR = 16;
const ROWS = 4;

/**
 * @param weights [rows, depth], where `group` rows after each other see the same inputs
 * @returns as many bytes
 */
export function vectorWeights(weights: Int8Array, rows: number, group: number): Int8Array {
  const depth = weights.length / rows;
  const values = new Int8Array(weights.length);
  for (let row = 0; row < rows;) {
    const count = Math.min(ROWS, group - (row % group));
    const block = [row * depth, (row + count) * depth] as const;
    values.set(inTurn(weights.subarray(...block), count), block[0]);
    row += count;
  }
  return values;
}

/** 16 bytes of each row in turn, then the rest of each. @param weights [rows, depth] */
function inTurn(weights: Int8Array, rows: number): Int8Array {
  const depth = weights.length / rows;
  const values = new Int8Array(weights.length);
  let place = 0;
  for (let k = 0; k < depth; k += VECTOR) {
    for (let row = 0; row < rows; row++) {
      const part = weights.subarray(row * depth + k, row * depth + Math.min(k + VECTOR, depth));
      values.set(part, place);
      place += part.length;
    }
  }
  return values;
}

/** Bytes of whole vectors. */
export function wholeVectors(bytes: number): number {
  return Math.ceil(bytes / VECTOR) * VECTOR;
}
