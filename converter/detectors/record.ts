// New extremes of a series: of itself, of its band-pass (slow moves) and of its mean change (liveliness). A dozen words of state.
import { KilnError } from '../../base/errors.js';
import type { RecordModel } from '../../base/detector_models.js';
import { clamp, INT32_MAX, roundShift } from '../../base/fixed_point.js';
import type { Detector, Scorer, StageC } from './detector.js';

/** Samples are of 24 bits; their averages have fraction bits, as have weights and the score. */
const SAMPLE_LIMIT = 2 ** 23 - 1;
const AVERAGE_BITS = 6;
const WEIGHT_BITS = 8;
const SCORE_BITS = 16;
/** A record of 256 ranges says all that can be said. */
const SCORE_LIMIT = 2 ** (SCORE_BITS + 8);

/** Weights in Q8, all else as it is. */
type Fixed = Omit<RecordModel, 'kind'>;

/** Of whole numbers, and of weights: a record of 2⁸ ranges in Q16 times the largest weight fits int32. */
const RANGES = {
  warmUp: INT32_MAX,
  fastBits: 30,
  slowBits: 30,
  changeBits: 30,
  holdOff: INT32_MAX,
  bandWeight: 64,
  changeWeight: 64,
} as const;

/** @throws KilnError `detector-invalid` that names what is out of its range */
export function record(model: RecordModel): Detector {
  checkRanges(model);
  const fixed = quantize(model);
  return {
    input: { type: 'int32_t', count: 1 },
    outputs: 1,
    scoreBits: SCORE_BITS,
    start: () => scorer(fixed),
    c: stage(fixed),
  };
}

function checkRanges(model: RecordModel): void {
  for (const [key, most] of Object.entries(RANGES) as [keyof typeof RANGES, number][]) {
    const whole = key.endsWith('Weight') || Number.isInteger(model[key]);
    if (whole && model[key] >= 0 && model[key] <= most) continue;
    const what = `\`${key}\` is ${model[key]}, and 0 to ${most} is possible${whole ? '' : ', whole'}`;
    throw new KilnError('detector-invalid', { where: 'record', what, todo: 'Choose another value.' });
  }
}

function quantize(model: RecordModel): Fixed {
  const inQ8 = (weight: number) => Math.round(weight * 2 ** WEIGHT_BITS);
  return { ...model, bandWeight: inQ8(model.bandWeight), changeWeight: inQ8(model.changeWeight) };
}

function scorer(fixed: Fixed): Scorer {
  const [value, band, change] = [new Extremes(), new Extremes(), new Extremes()];
  const report = new HoldOff(fixed.holdOff);
  let [samples, previous, fast, slow, liveliness] = [0, 0, 0, 0, 0];
  return (input, output) => {
    const sample = clamp(input[0]!, -SAMPLE_LIMIT, SAMPLE_LIMIT);
    const scaled = sample * 2 ** AVERAGE_BITS;
    if (samples === 0) {
      previous = fast = slow = scaled;
      value.begin(sample);
    }
    samples = Math.min(samples + 1, INT32_MAX);
    const average = (mean: number, x: number, bits: number) => mean + roundShift(x - mean, gain(samples, bits));
    fast = average(fast, scaled, fixed.fastBits);
    slow = average(slow, scaled, fixed.slowBits);
    liveliness = average(liveliness, Math.abs(scaled - previous), fixed.changeBits);
    previous = scaled;
    const records = [
      value.beyond(sample) * 2 ** WEIGHT_BITS,
      band.beyond(fast - slow) * fixed.bandWeight,
      change.beyond(liveliness) * fixed.changeWeight,
    ];
    const score = samples > fixed.warmUp ? Math.max(...records.map((r) => roundShift(r, WEIGHT_BITS))) : 0;
    output[0] = report.filter(score);
  };
}

/** Bits of the divisor of an average over all samples so far, at most `bits`: the power of two below their number. */
function gain(samples: number, bits: number): number {
  return Math.min(bits, 31 - Math.clz32(samples));
}

class Extremes {
  private low = 0;
  private high = 0;

  begin(value: number): void {
    this.low = this.high = value;
  }

  /** How far a value lies outside all before it, in Q16 of their range; it is one of them from now on. */
  beyond(value: number): number {
    const excess = Math.max(value - this.high, this.low - value);
    const range = Math.max(1, this.high - this.low);
    this.low = Math.min(this.low, value);
    this.high = Math.max(this.high, value);
    return excess > 0 ? Math.min(SCORE_LIMIT, Math.floor((excess * 2 ** SCORE_BITS) / range)) : 0;
  }
}

/** Lets a score through that is the highest since `samples` samples ago, or since none was. */
class HoldOff {
  private highest = 0;
  private left = 0;

  constructor(private readonly samples: number) {}

  filter(score: number): number {
    if (this.left > 0) this.left--;
    else this.highest = 0;
    if (score <= this.highest) return 0;
    this.highest = score;
    this.left = this.samples;
    return score;
  }
}

function stage({ warmUp, fastBits, slowBits, changeBits, bandWeight, changeWeight, holdOff }: Fixed): StageC {
  return {
    kernel: 'tk_record',
    params: {
      warm_up: warmUp,
      fast_bits: fastBits,
      slow_bits: slowBits,
      change_bits: changeBits,
      band_weight: bandWeight,
      change_weight: changeWeight,
      hold_off: holdOff,
    },
    arrays: [],
    state: { type: 'tk_record_state', count: 1, elementBytes: 52 },
  };
}
