// Per-channel amplitude normalization (PCAN): each channel is divided by a power of its own noise, by a table of parabolas.

/** Fraction bits of a signal-to-noise ratio, and of what comes out. */
const SNR_BITS = 12;
const OUTPUT_BITS = 6;
const INT16_MAX = 32767;

const { fround } = Math;

export interface PcanSpec {
  /** Exponent of the gain: 0 none, 1 full. */
  strength: number;
  /** Added to the noise before the power is taken. */
  offset: number;
  /** Fraction bits of the gain. */
  gainBits: number;
}

/** Gain for a noise estimate with `inputBits` fraction bits. */
function gainOf(spec: PcanSpec, inputBits: number, noise: number): number {
  const level = fround(fround(fround(noise) / 2 ** inputBits) + fround(spec.offset));
  const gain = fround(2 ** spec.gainBits * fround(Math.pow(level, -fround(spec.strength))));
  return gain > INT16_MAX ? INT16_MAX : Math.floor(fround(gain + 0.5));
}

/**
 * The gain as a function of a 32-bit noise estimate: value 0 and 1, then for each octave 2^(n−1) … 2^n (n = 2 … 32)
 * a constant, a linear and a quadratic coefficient at 4 n − 6 (the fourth is unused).
 */
export function gainTable(spec: PcanSpec, inputBits: number): Int16Array {
  const table = new Int16Array(125);
  table[0] = gainOf(spec, inputBits, 0);
  table[1] = gainOf(spec, inputBits, 1);
  for (let octave = 2; octave <= 32; octave++) {
    const start = 2 ** (octave - 1);
    const end = octave === 32 ? 2 ** 32 - 1 : 2 * start;
    const y0 = gainOf(spec, inputBits, start);
    const toMiddle = gainOf(spec, inputBits, 1.5 * start) - y0;
    const toEnd = gainOf(spec, inputBits, end) - y0;
    const linear = 4 * toMiddle - toEnd;
    table.set([y0, linear, toEnd - linear], 4 * octave - 6);
  }
  return table;
}

/** The table's parabola at a noise estimate. */
export function lookUpGain(table: Int16Array, noise: number): number {
  if (noise <= 2) return table[noise]!;
  const octave = 32 - Math.clz32(noise);
  const at = 4 * octave - 6;
  const fraction = (octave < 11 ? noise << (11 - octave) : noise >>> (octave - 11)) & 0x3ff;
  const slope = ((table[at + 2]! * fraction) >> 5) + (table[at + 1]! << 5);
  const rise = (Math.imul(slope, fraction) + (1 << 14)) >> 15;
  return ((rise + table[at]!) << 16) >> 16;
}

/** Quadratic below a ratio of 2, linear above. */
function compress(ratio: number): number {
  if (ratio < 2 << SNR_BITS) return (ratio * ratio) >>> (2 + 2 * SNR_BITS - OUTPUT_BITS);
  return (ratio >>> (SNR_BITS - OUTPUT_BITS)) - (1 << OUTPUT_BITS);
}

export class Pcan {
  readonly table: Int16Array;
  readonly snrShift: number;

  /**
   * @param noiseBits fraction bits of the noise estimate
   * @param signalBits bits by which the signal is below its true scale
   */
  constructor(spec: PcanSpec, noiseBits: number, signalBits: number) {
    this.table = gainTable(spec, noiseBits - signalBits);
    this.snrShift = spec.gainBits - signalBits - SNR_BITS;
  }

  /** In place. Products stay under 2⁴⁷, so doubles hold them exactly. */
  apply(signal: Uint32Array, noise: Uint32Array): void {
    const divisor = 2 ** this.snrShift;
    for (let i = 0; i < signal.length; i++) {
      const gain = lookUpGain(this.table, noise[i]!) >>> 0;
      signal[i] = compress(Math.floor((signal[i]! * gain) / divisor) >>> 0);
    }
  }
}
