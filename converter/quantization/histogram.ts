// The distribution of a tensor's values over many inputs, in bounded memory: bins that double in width as values grow.

/** On each side of zero, which is always an edge. */
const SIDE = 1024;
const BINS = 2 * SIDE;

export class Histogram {
  /** Exact, of all finite values; ±Infinity before the first. */
  min = Infinity;
  max = -Infinity;
  /** Values that are exactly zero: they lie in no bin, as every grid holds them without error. */
  zeros = 0;
  /** Bin i covers [i − SIDE, i − SIDE + 1) × `width`: how many values are in it, their sum, and that of their squares. */
  readonly counts = new Float64Array(BINS);
  readonly sums = new Float64Array(BINS);
  readonly squares = new Float64Array(BINS);
  /** A power of two; 0 until a value other than zero comes. */
  width = 0;

  /** @returns whether all values are finite; the others are left out */
  add(values: ArrayLike<number>): boolean {
    let finite = true;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value - value !== 0) finite = false;
      else this.count(value);
    }
    return finite;
  }

  /** Adds another's values. */
  merge(other: Histogram): void {
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.zeros += other.zeros;
    while (this.width < other.width) this.widen(other.width);
    if (other.width === 0) return;
    const ratio = other.width / this.width;
    for (const key of ['counts', 'sums', 'squares'] as const) {
      other[key].forEach((value, i) => (this[key][SIDE + Math.floor((i - SIDE) * ratio)]! += value));
    }
  }

  /** The centre of a bin. */
  centre(bin: number): number {
    return (bin - SIDE + 0.5) * this.width;
  }

  private count(value: number): void {
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (value === 0) {
      this.zeros++;
      return;
    }
    let bin = Math.floor(value / this.width) + SIDE;
    while (!(bin >= 0 && bin < BINS)) {
      this.widen(widthFor(value));
      bin = Math.floor(value / this.width) + SIDE;
    }
    this.counts[bin]!++;
    this.sums[bin]! += value;
    this.squares[bin]! += value * value;
  }

  /** To the first width at least, or one step towards it: pairs of bins become one. */
  private widen(first: number): void {
    if (this.width === 0) {
      this.width = first;
      return;
    }
    for (const moments of [this.counts, this.sums, this.squares]) {
      const before = moments.slice();
      moments.fill(0);
      before.forEach((value, i) => (moments[SIDE + Math.floor((i - SIDE) / 2)]! += value));
    }
    this.width *= 2;
  }
}

/** The least power of two with which `value` lies inside the bins. */
function widthFor(value: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(value))) + 1) / SIDE;
}
