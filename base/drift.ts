// Whether what a machine's sensor gives is still what the detector was trained on: running statistics of its features and its
// score, a few bytes each. In the integers of the chip: firmware-templates/drift/tk_drift.h computes the same.
import type { DriftModel, DriftQuantity } from './detector_models.js';
import { clamp, INT32_MAX, log2, LOG_BITS, roundShift, saturate } from './fixed_point.js';

/** Bins of a histogram. */
export const DRIFT_BINS = 4;
/** So that all that the chip keeps stays below 256 bytes. */
export const MOST_QUANTITIES = 12;
/** What the chip keeps: which have moved and how many windows there were, then each quantity's. */
export const DRIFT_HEADER_BYTES = 8;
export const DRIFT_QUANTITY_BYTES = 20;

/** Fraction bits: of shares, of deviations in spreads, of their running means, of what makes spreads of integers. */
const SHARE_BITS = 16;
const DEVIATION_BITS = 8;
const MEAN_BITS = 16;
const GAIN_BITS = 16;
/** Integers from the mean, and 8 spreads: what is farther counts as much. */
const FAR = 2 ** 26;
const MOST_DEVIATION = 8 * 2 ** DEVIATION_BITS;
/** So that every share has a logarithm. */
const LEAST_SHARE = 2 ** 6;
const MOST_SHARE = 2 ** SHARE_BITS - 1;
/** ln 2 in Q15, and how far the sum that it is multiplied by is rounded before. */
const [LN2, LN2_BITS, SUM_ROUNDING] = [22713, 15, 11];

/** By which a quantity has moved: population stability index, mean in spreads, spread in octaves, windows without a change. */
export const DRIFT_KINDS = ['psi', 'shift', 'spread', 'stuck'] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];
export type DriftFigures = Record<DriftKind, number>;
const FRACTION_BITS: Readonly<DriftFigures> = { psi: 10, shift: 8, spread: 10, stuck: 0 };

/** What the chip knows of a quantity. */
export interface FixedQuantity {
  /** Which feature; −1 is the score, −2 and below the mean of axis 0, 1 …. */
  source: number;
  mean: number;
  /** Spreads in Q24 for one integer. */
  gain: number;
  cuts: number[];
  /** Q16 */
  shares: number[];
  limits: DriftFigures;
}

export function fixedQuantity({ feature, axis, mean, spread, cuts, shares, limits }: DriftQuantity): FixedQuantity {
  const inBits = (kind: DriftKind) => saturate(Math.round(limits[kind] * 2 ** FRACTION_BITS[kind]));
  return {
    source: feature ?? (axis === undefined ? SCORE : SCORE - 1 - axis),
    mean: saturate(Math.round(mean)),
    gain: clamp(Math.round(2 ** (DEVIATION_BITS + GAIN_BITS) / Math.max(spread, 1)), 1, 2 ** 24),
    cuts: cuts.map((cut) => saturate(Math.round(cut))),
    shares: shares.map((share) => clamp(Math.round(share * 2 ** SHARE_BITS), LEAST_SHARE, MOST_SHARE)),
    limits: { psi: inBits('psi'), shift: inBits('shift'), spread: inBits('spread'), stuck: inBits('stuck') },
  };
}

const SCORE = -1;

/** What is watched of a window. */
export interface DriftInput {
  features: ArrayLike<number>;
  score: number;
  /** Of its axes. */
  means: ArrayLike<number>;
}

/** Mean of each axis of a window [samples × axes], rounded towards 0. */
export function axisMeans(window: Int16Array, axes: number): number[] {
  const sums = new Array<number>(axes).fill(0);
  window.forEach((sample, i) => (sums[i % axes]! += sample));
  return sums.map((sum) => Math.trunc((sum * axes) / window.length));
}

function valueOf({ features, score, means }: DriftInput, source: number): number {
  if (source === SCORE) return score;
  return source < SCORE ? means[SCORE - 1 - source]! : features[source]!;
}

/** Of one quantity, exponentially forgotten; begins with what training saw. */
interface Running {
  bins: Uint16Array;
  /** Of the deviation and of its square, Q16. */
  mean: number;
  square: number;
  /** Low 16 bits of the value before, and for how many windows it has been the same. */
  last: number;
  run: number;
}

export class DriftTracker {
  private readonly quantities: readonly FixedQuantity[];
  private readonly bits: number;
  private running: readonly Running[];
  private count = 0;
  private flags = 0;

  constructor({ memoryBits, quantities }: DriftModel) {
    this.bits = memoryBits;
    this.quantities = quantities.map(fixedQuantity);
    this.running = this.quantities.map(({ shares }) => ({
      ...{ bins: Uint16Array.from(shares), mean: 0, square: 2 ** MEAN_BITS, last: 0, run: 0 },
    }));
  }

  get windows(): number {
    return this.count;
  }

  /** Which quantities were beyond a limit when each was last judged, as bits. */
  get moved(): number {
    return this.flags;
  }

  /** Takes what a window gives; judges one quantity, in turn. @returns whether any has moved */
  push(input: DriftInput): boolean {
    this.quantities.forEach((quantity, i) => {
      update(this.running[i]!, quantity, valueOf(input, quantity.source), this.bits, this.count === 0);
    });
    const judged = this.count % this.quantities.length;
    const bit = 1 << judged;
    this.flags = isBeyond(this.running[judged]!, this.quantities[judged]!) ? this.flags | bit : this.flags & ~bit;
    this.count = this.count < INT32_MAX ? this.count + 1 : INT32_MAX - (INT32_MAX % this.quantities.length);
    return this.flags !== 0;
  }

  /** Of a quantity, as it stands: real values; shift and spread with their signs. */
  figures(number: number): DriftFigures {
    const figures = figuresOf(this.running[number]!, this.quantities[number]!);
    const real = (kind: DriftKind) => figures[kind] / 2 ** FRACTION_BITS[kind];
    return { psi: real('psi'), shift: real('shift'), spread: real('spread'), stuck: real('stuck') };
  }

  /** By what a quantity is beyond its limits, as it stands. */
  beyond(number: number): DriftKind[] {
    return kindsBeyond(this.running[number]!, this.quantities[number]!);
  }

  /** What the chip keeps, little-endian. */
  state(): Uint8Array {
    const bytes = Buffer.alloc(DRIFT_HEADER_BYTES + DRIFT_QUANTITY_BYTES * this.running.length);
    bytes.writeInt32LE(this.flags, 0);
    bytes.writeInt32LE(this.count, 4);
    this.running.forEach(({ bins, mean, square, last, run }, i) => {
      const at = DRIFT_HEADER_BYTES + DRIFT_QUANTITY_BYTES * i;
      bytes.writeInt32LE(mean, at);
      bytes.writeInt32LE(square, at + 4);
      bins.forEach((share, bin) => bytes.writeUInt16LE(share, at + 8 + 2 * bin));
      bytes.writeInt16LE(last, at + 16);
      bytes.writeUInt16LE(run, at + 18);
    });
    return bytes;
  }

  /** Goes on from what a chip keeps. @param state as `state()` gives it, of the same model */
  restore(state: Uint8Array): void {
    const bytes = Buffer.from(state);
    this.flags = bytes.readInt32LE(0);
    this.count = bytes.readInt32LE(4);
    if (this.count === 0) return;
    this.running = this.running.map((_, i) => {
      const at = DRIFT_HEADER_BYTES + DRIFT_QUANTITY_BYTES * i;
      return {
        mean: bytes.readInt32LE(at),
        square: bytes.readInt32LE(at + 4),
        bins: Uint16Array.from({ length: DRIFT_BINS }, (_, bin) => bytes.readUInt16LE(at + 8 + 2 * bin)),
        last: bytes.readInt16LE(at + 16),
        run: bytes.readUInt16LE(at + 18),
      };
    });
  }
}

function update(
  running: Running,
  { mean, gain, cuts }: FixedQuantity,
  value: number,
  bits: number,
  first: boolean,
): void {
  const { bins } = running;
  const bin = cuts.filter((cut) => value >= cut).length;
  bins.forEach((share, i) => (bins[i] = share + ((i === bin ? MOST_SHARE - share : -share) >> bits)));
  const away = roundShift(clamp(value - mean, -FAR, FAR) * gain, GAIN_BITS);
  const deviation = clamp(away, -MOST_DEVIATION, MOST_DEVIATION);
  running.mean += roundShift(deviation * 2 ** (MEAN_BITS - DEVIATION_BITS) - running.mean, bits);
  running.square += roundShift(deviation * deviation - running.square, bits);
  const low = (value << 16) >> 16;
  running.run = first || low !== running.last ? 0 : Math.min(running.run + 1, 2 ** 16 - 1);
  running.last = low;
}

function figuresOf({ bins, mean, square, run }: Running, { shares }: FixedQuantity): DriftFigures {
  const variance = Math.max(1, square - roundShift(mean * mean, MEAN_BITS));
  return {
    psi: stabilityIndex(bins, shares),
    shift: Math.sign(mean) * roundShift(Math.abs(mean), MEAN_BITS - DEVIATION_BITS),
    spread: (log2(variance) - MEAN_BITS * 2 ** LOG_BITS) >> 1,
    stuck: run,
  };
}

function kindsBeyond(running: Running, quantity: FixedQuantity): DriftKind[] {
  const figures = figuresOf(running, quantity);
  return DRIFT_KINDS.filter((kind) => Math.abs(figures[kind]) > quantity.limits[kind]);
}

function isBeyond(running: Running, quantity: FixedQuantity): boolean {
  return kindsBeyond(running, quantity).length > 0;
}

/** Q10: the sum over bins of (p − q) ln(p / q). Source: N. Siddiqi, "Credit Risk Scorecards", Wiley (2006). */
function stabilityIndex(bins: Uint16Array, shares: readonly number[]): number {
  let sum = 0;
  bins.forEach((bin, i) => {
    const share = Math.max(bin, LEAST_SHARE);
    sum += (share - shares[i]!) * (log2(share) - log2(shares[i]!));
  });
  const fromBits = SHARE_BITS + LOG_BITS - SUM_ROUNDING + LN2_BITS;
  return saturate(roundShift(roundShift(sum, SUM_ROUNDING) * LN2, fromBits - FRACTION_BITS.psi));
}
