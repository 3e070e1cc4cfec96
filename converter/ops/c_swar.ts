// The layout of weights for two pixels in a word: see runtime/include/tk_conv_2d_swar.h.

const WORD = 4;

/** Whether the sum of two products in a row always fits 16 bits: not where two weights after each other are −128. */
export function fitsSwar(weights: Int8Array, rows: number): boolean {
  const depth = weights.length / rows;
  return !weights.some(
    (w, i) => w === -128 && (i % depth) % 2 === 0 && (i % depth) + 1 < depth && weights[i + 1] === -128,
  );
}

/** The whole words of all rows, then what is left of each. @param weights [rows, depth] */
export function wholeWordsFirst(weights: Int8Array, rows: number): Int8Array {
  const depth = weights.length / rows;
  const whole = depth - (depth % WORD);
  const values = new Int8Array(weights.length);
  for (let row = 0; row < rows; row++) {
    const from = weights.subarray(row * depth, (row + 1) * depth);
    values.set(from.subarray(0, whole), row * whole);
    values.set(from.subarray(whole), rows * whole + row * (depth - whole));
  }
  return values;
}
