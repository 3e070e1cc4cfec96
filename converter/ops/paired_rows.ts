// Rows of int8 weights times a patch of input, exact, two rows to one double: JavaScript multiplies doubles fastest.
//
// A double holds 53 bits. With two weights in one, w₀ + w₁ × 2²⁶, one multiplication by an input value and one addition
// serve two rows. Both sums come out whole as long as the lower stays below 2²⁵ in magnitude, which DEPTH values do.

const HIGH = 2 ** 26;
/** 128 × 255 × DEPTH < 2²⁵: the largest weight times the largest difference of two int8 values. */
const DEPTH = 1024;
/** Rows that share each read of the patch: four doubles of two rows. */
const GROUP = 8;

export class PairedRows {
  /** bias[r] + Σ weights[r, k] × patch[k] of the last call, one per row. */
  readonly sums: Float64Array;
  private readonly padded: Float64Array;
  private readonly packed: Float64Array;

  /**
   * @param weights whole numbers in int8, [rows, depth], where rows are as many as biases
   * @param patch the input values, each a difference of two int8 values
   */
  constructor(
    weights: Float64Array,
    private readonly bias: Float64Array,
    private readonly patch: Float64Array,
  ) {
    const rows = bias.length;
    this.padded = new Float64Array(Math.ceil(rows / GROUP) * GROUP);
    this.sums = this.padded.subarray(0, rows);
    this.packed = pack(weights, rows, patch.length, this.padded.length);
  }

  accumulate(): void {
    const { padded, packed, patch } = this;
    this.sums.set(this.bias);
    let w = 0;
    for (let row = 0; row < padded.length; row += GROUP) {
      for (let start = 0; start < patch.length; start += DEPTH) {
        const end = Math.min(start + DEPTH, patch.length);
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let k = start; k < end; k++, w += 4) {
          const value = patch[k]!;
          a += packed[w]! * value;
          b += packed[w + 1]! * value;
          c += packed[w + 2]! * value;
          d += packed[w + 3]! * value;
        }
        addPair(padded, row, a);
        addPair(padded, row + 2, b);
        addPair(padded, row + 4, c);
        addPair(padded, row + 6, d);
      }
    }
  }
}

/** Adds the two sums in one double to two neighbours. */
function addPair(sums: Float64Array, row: number, pair: number): void {
  const high = Math.floor(pair / HIGH + 0.5);
  sums[row]! += pair - high * HIGH;
  sums[row + 1]! += high;
}

/** [groups of rows, depth, 4] doubles of two rows each; rows past the last are 0. */
function pack(weights: Float64Array, rows: number, depth: number, paddedRows: number): Float64Array {
  const packed = new Float64Array((paddedRows * depth) / 2);
  for (let row = 0; row < rows; row++) {
    const unit = row % 2 === 0 ? 1 : HIGH;
    const first = Math.floor(row / GROUP) * depth * 4 + ((row % GROUP) >> 1);
    for (let k = 0; k < depth; k++) packed[first + 4 * k]! += weights[row * depth + k]! * unit;
  }
  return packed;
}
