// Mel-frequency cepstral coefficients as a model's int8 features: DCT-II of a frame's logarithms, in integers.
import { INT16_MAX, INT32_MAX, clamp, roundShift } from '../../base/fixed_point.js';
import { scaledLog } from './log_scale.js';

export interface MfccSpec {
  /** Of the lowest orders, 0 among them: the features of a frame. */
  coefficients: number;
  /** Order c is made (1 + c) to this power larger, as speech makes high orders smaller. */
  lifter: number;
  /** Steps of int8 to 1 of order 0, in natural logarithms under the orthonormal DCT-II. */
  steps: number;
}

/** On speech behind micro_speech's front end, fewer than 3 values of 1000 are cut off at int8's ends, in every order alike. */
export const MFCC: Readonly<MfccSpec> = { coefficients: 10, lifter: 0.6, steps: 4 };

/** Order 0 grows from silence's 0 upwards, so that it begins at the lowest int8. */
const LOWEST = -128;
const HIGHEST = 127;
const MOST_BITS = 30;

export interface CosineTable {
  /** Of each coefficient, over the lower half of the channels (and the middle one): the upper half mirrors it. */
  cosines: Int16Array;
  /** Fraction bits of cosine times logarithm. */
  shift: number;
}

/** steps · (1 + c)^lifter · √(2/N) cos(π c (2m + 1) / 2N), √(1/N) for c = 0; in units of a logarithm's last bit. */
function weight({ lifter, steps }: MfccSpec, channels: number, logShift: number, c: number, m: number): number {
  const norm = Math.sqrt((c === 0 ? 1 : 2) / channels);
  return (steps * (1 + c) ** lifter * norm * Math.cos((Math.PI * c * (2 * m + 1)) / (2 * channels))) / 2 ** logShift;
}

const halfOf = (channels: number) => Math.ceil(channels / 2);

/** With as many fraction bits as int16 holds, and as leave sums within int32. Shift 0: the settings go beyond both. */
export function cosineTable(spec: MfccSpec, channels: number, logShift: number): CosineTable {
  const half = halfOf(channels);
  const weights = Float64Array.from({ length: spec.coefficients * half }, (_, i) =>
    weight(spec, channels, logShift, Math.floor(i / half), i % half),
  );
  const rounded = (shift: number) => weights.map((w) => Math.round(w * 2 ** shift));
  const loudest = Math.min(scaledLog(0xffffffff, logShift), 0xffff);
  let shift = MOST_BITS;
  while (shift > 0 && !fits(rounded(shift), half, loudest)) shift--;
  return { cosines: Int16Array.from(rounded(shift)), shift };
}

/** Whether all weights lie in int16, and in int32 what they make of the loudest frame, whatever its signs. */
function fits(weights: Float64Array, half: number, loudest: number): boolean {
  const magnitudes = weights.map(Math.abs);
  const rows = Array.from({ length: weights.length / half }, (_, c) => magnitudes.subarray(c * half, (c + 1) * half));
  const sums = rows.map((row) => 2 * loudest * row.reduce((sum, w) => sum + w, 0));
  return magnitudes.every((w) => w <= INT16_MAX) && sums.every((sum) => sum <= INT32_MAX);
}

export class Mfcc {
  private readonly table: CosineTable;

  constructor(
    readonly spec: MfccSpec,
    private readonly channels: number,
    logShift: number,
  ) {
    this.table = cosineTable(spec, channels, logShift);
  }

  /** Writes the coefficients of a frame's logarithms to `output` from `at` on. */
  apply(logs: Uint16Array, output: Int8Array, at: number): void {
    for (let c = 0; c < this.spec.coefficients; c++) {
      const steps = roundShift(this.sum(logs, c), this.table.shift);
      output[at + c] = clamp(c === 0 ? steps + LOWEST : steps, LOWEST, HIGHEST);
    }
  }

  /** Even orders are even functions of the channel about the middle, odd ones odd. */
  private sum(logs: Uint16Array, c: number): number {
    const [half, last] = [halfOf(this.channels), this.channels - 1];
    const sign = c % 2 === 0 ? 1 : -1;
    let sum = 0;
    for (let m = 0; m < half; m++) {
      const mirrored = m === last - m ? 0 : sign * logs[last - m]!;
      sum += this.table.cosines[c * half + m]! * (logs[m]! + mirrored);
    }
    return sum;
  }
}
