// The sums of rows of weights: what each unit of an input's zero point adds.

/** @param weights [rows, depth] */
export function rowSums(weights: Int8Array, rows: number): Int32Array {
  const depth = weights.length / rows;
  return Int32Array.from({ length: rows }, (_, row) =>
    weights.subarray(row * depth, (row + 1) * depth).reduce((sum, w) => sum + w, 0),
  );
}
