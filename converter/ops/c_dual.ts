// The layout of weights for the DSP extension's dual multiplications: see runtime/include/tk_dual.h.

export interface DualWeights {
  values: Int8Array;
  /** What each row's sum has too much. */
  correction: Int32Array;
}

const WORD = 4;

/**
 * @param weights [rows, depth], where `group` rows after each other see the same inputs
 * @param together rows of a group whose words take turns
 * @returns as many bytes
 */
export function dualWeights(weights: Int8Array, rows: number, group: number, together: number): DualWeights {
  const depth = weights.length / rows;
  const words = Math.floor(depth / WORD);
  const values = new Int8Array(weights.length);
  const correction = new Int32Array(rows);
  const rest = values.subarray(rows * words * WORD);
  for (let row = 0; row < rows; row++) {
    const from = weights.subarray(row * depth, (row + 1) * depth);
    for (let word = 0; word < words; word++) {
      values.set(dualWord(from, word * WORD), WORD * placeOf(row, word, { words, group, together }));
    }
    rest.set(from.subarray(words * WORD), row * (depth % WORD));
    correction[row] = 129 * from.subarray(0, words * WORD).reduce((sum, w, k) => (k % 2 === 0 ? sum + w : sum), 0);
  }
  return { values, correction };
}

/** The number of a row's word among all. A group's last rows are by themselves where they are too few to take turns. */
function placeOf(row: number, word: number, sizes: { words: number; group: number; together: number }): number {
  const { words, group, together } = sizes;
  const turn = (row % group) % together;
  const first = row - turn;
  const whole = (first % group) + together <= group;
  return whole ? first * words + word * together + turn : row * words + word;
}

/** Of each two weights w₀, w₁ the bytes w₁ + 128 and −w₀ − 1. */
function dualWord(weights: Int8Array, at: number): number[] {
  return [0, 2].flatMap((k) => [weights[at + k + 1]! + 128, ~weights[at + k]!]);
}
