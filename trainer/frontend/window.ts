// Cuts a stream of samples into overlapping frames under a Hann window in Q12.

/** Fraction bits of the window's coefficients. */
export const WINDOW_BITS = 12;

const { fround } = Math;

/** Hann coefficients in Q12, sampled between the taps (n + ½) and computed in single precision as on the device. */
export function hannWindow(size: number): Int16Array {
  const step = fround((fround(Math.PI) * 2) / size);
  return Int16Array.from({ length: size }, (_, n) => {
    const cosine = fround(Math.cos(fround(step * fround(n + 0.5))));
    const value = fround(0.5 - fround(0.5 * cosine));
    return Math.floor(fround(fround(value * (1 << WINDOW_BITS)) + 0.5));
  });
}

export class Window {
  readonly coefficients: Int16Array;
  /** The newest windowed frame: valid after `fill` took it to a full one. */
  readonly output: Int16Array;
  /** The largest magnitude in `output`. */
  peak = 0;

  private readonly input: Int16Array;
  private used = 0;

  /** @param size samples in a frame, @param step samples from one frame to the next, at most `size` */
  constructor(
    readonly size: number,
    readonly step: number,
  ) {
    this.coefficients = hannWindow(size);
    this.input = new Int16Array(size);
    this.output = new Int16Array(size);
  }

  reset(): void {
    this.used = 0;
  }

  /** Takes samples from `offset` on, at most to the end of a frame. @returns how many it took */
  fill(samples: Int16Array, offset: number): number {
    const count = Math.min(this.size - this.used, samples.length - offset);
    for (let i = 0; i < count; i++) this.input[this.used + i] = samples[offset + i]!;
    this.used += count;
    return count;
  }

  /** Windows a full frame into `output` and steps on. @returns false where samples are still lacking */
  apply(): boolean {
    if (this.used < this.size) return false;
    this.peak = multiply(this.input, this.coefficients, this.output);
    this.input.copyWithin(0, this.step);
    this.used -= this.step;
    return true;
  }
}

function multiply(input: Int16Array, coefficients: Int16Array, output: Int16Array): number {
  let peak = 0;
  for (let i = 0; i < output.length; i++) {
    const value = (input[i]! * coefficients[i]!) >> WINDOW_BITS;
    output[i] = value;
    // −32768 has no int16 negative: the device leaves it negative, so it never counts as the peak.
    const magnitude = value === -32768 ? value : Math.abs(value);
    if (magnitude > peak) peak = magnitude;
  }
  return peak;
}
