// Sums of squares of affine maps: Mahalanobis' distance, T² and Q, Gaussian mixtures, distances to centres, naive Bayes.
import { KilnError } from '../../base/errors.js';
import type { QuadraticModel } from '../../base/detector_models.js';
import { clamp, INT16_MAX, INT16_MIN, INT32_MAX, roundShift, saturate } from '../../base/fixed_point.js';
import type { Detector, Scorer, StageC } from './detector.js';

/** Fraction bits of a row's value, and of the scores. */
const VALUE_BITS = 8;
const SCORE_BITS = 8;
/** A row's value is limited to 2¹³ in magnitude: 255 squares of it stay below 2⁵³. */
const VALUE_LIMIT = 2 ** 21;
const MOST_SHIFT = 30;
/** Rows begin and end at features that a byte counts. */
const MOST_FEATURES = 255;
const OUTPUTS = ['least', 'greatest', 'likelihoods', 'odds'] as const;

/** One after the other: rows of all forms, entries of all rows. */
interface Fixed {
  features: number;
  centres: Int16Array;
  /** In units of the score. */
  offsets: Int32Array;
  /** Rows of each form. */
  rows: Uint8Array;
  /** First feature of each row, how many, and the fraction bits of its entries beyond those of a value. */
  starts: Uint8Array;
  lengths: Uint8Array;
  shifts: Uint8Array;
  entries: Int16Array;
  /** What each row's sum lacks as the centre is rounded to integers. */
  biases: Int32Array;
  output: QuadraticModel['output'];
}

/** @throws KilnError `detector-invalid` where a map is too steep for the input's unit, or there are too many features */
export function quadratic(model: QuadraticModel): Detector {
  const fixed = quantize(model);
  return {
    input: { type: 'int16_t', count: fixed.features },
    outputs: fixed.output === 'likelihoods' ? fixed.rows.length : 1,
    scoreBits: SCORE_BITS,
    start: () => scorer(fixed),
    c: stage(fixed),
  };
}

function quantize({ forms, output }: QuadraticModel): Fixed {
  const features = forms[0]!.centre.length;
  if (features > MOST_FEATURES) throw invalid(`${features} features, and at most ${MOST_FEATURES} are possible`);
  const rows = forms.flatMap(({ rows, centre }) => rows.map((row) => ({ ...row, centre })));
  const shifts = rows.map(({ entries }) => shiftOf(entries));
  const entries = rows.map((row, r) => row.entries.map((w) => Math.round(w * 2 ** (VALUE_BITS + shifts[r]!))));
  const biases = rows.map(({ start, centre }, r) =>
    entries[r]!.reduce((sum, w, i) => sum + w * (integer(centre[start + i]!) - centre[start + i]!), 0),
  );
  return {
    features,
    centres: Int16Array.from(forms.flatMap(({ centre }) => centre.map(integer))),
    offsets: Int32Array.from(forms, ({ offset }) => saturate(Math.round(offset * 2 ** SCORE_BITS))),
    rows: Uint8Array.from(forms, (form) => form.rows.length),
    starts: Uint8Array.from(rows, ({ start }) => start),
    lengths: Uint8Array.from(rows, (row) => row.entries.length),
    shifts: Uint8Array.from(shifts),
    entries: Int16Array.from(entries.flat()),
    biases: Int32Array.from(biases, (bias) => saturate(Math.round(bias))),
    output,
  };
}

/** Of a centre's coordinate. */
function integer(coordinate: number): number {
  return clamp(Math.round(coordinate), INT16_MIN, INT16_MAX);
}

/** As many fraction bits as let the largest entry fit int16. */
function shiftOf(entries: readonly number[]): number {
  const largest = Math.max(...entries.map(Math.abs));
  if (!(Math.round(largest * 2 ** VALUE_BITS) <= INT16_MAX)) {
    throw invalid(`a deviation of 1 is ${largest} spreads, and at most 127 are possible`);
  }
  for (let shift = MOST_SHIFT; shift > 0; shift--) {
    if (Math.round(largest * 2 ** (VALUE_BITS + shift)) <= INT16_MAX) return shift;
  }
  return 0;
}

function invalid(what: string): KilnError {
  const todo = 'Scale the features up, leave out those that never change, or ask for more regularisation.';
  return new KilnError('detector-invalid', { where: 'quadratic detector', what, todo });
}

function scorer(fixed: Fixed): Scorer {
  const { features, offsets, rows, output: kind } = fixed;
  return (input, output) => {
    let [row, entry, first, other] = [0, 0, 0, INT32_MAX];
    rows.forEach((count, form) => {
      let sum = 0;
      for (const last = row + count; row < last; row++) {
        const length = fixed.lengths[row]!;
        sum += squaredValue(fixed, input, form * features, row, entry);
        entry += length;
      }
      const score = saturate(roundShift(sum, 2 * VALUE_BITS - SCORE_BITS) + offsets[form]!);
      if (kind === 'likelihoods') output[form] = -score;
      else if (kind === 'odds') [first, other] = form === 0 ? [score, other] : [first, Math.min(other, score)];
      else if (form === 0) output[0] = score;
      else output[0] = kind === 'least' ? Math.min(output[0]!, score) : Math.max(output[0]!, score);
    });
    if (kind === 'odds') output[0] = saturate(first - other);
  };
}

/** In Q16. */
function squaredValue(fixed: Fixed, input: ArrayLike<number>, centre: number, row: number, entry: number): number {
  const { starts, lengths, shifts, entries, biases, centres } = fixed;
  const start = starts[row]!;
  let sum = biases[row]!;
  for (let i = 0; i < lengths[row]!; i++)
    sum += entries[entry + i]! * (input[start + i]! - centres[centre + start + i]!);
  const value = clamp(roundShift(sum, shifts[row]!), -VALUE_LIMIT, VALUE_LIMIT);
  return value * value;
}

function stage(fixed: Fixed): StageC {
  const { features, rows, output, centres, offsets, starts, lengths, shifts, entries, biases } = fixed;
  return {
    kernel: 'tk_quadratic',
    params: {
      features,
      forms: rows.length,
      output: OUTPUTS.indexOf(output),
      centres: { array: 'centres' },
      offsets: { array: 'offsets' },
      rows: { array: 'rows' },
      starts: { array: 'starts' },
      lengths: { array: 'lengths' },
      shifts: { array: 'shifts' },
      entries: { array: 'entries' },
      biases: { array: 'biases' },
    },
    arrays: [
      { name: 'centres', type: 'int16_t', values: centres },
      { name: 'offsets', type: 'int32_t', values: offsets },
      { name: 'rows', type: 'uint8_t', values: rows },
      { name: 'starts', type: 'uint8_t', values: starts },
      { name: 'lengths', type: 'uint8_t', values: lengths },
      { name: 'shifts', type: 'uint8_t', values: shifts },
      { name: 'entries', type: 'int16_t', values: entries },
      { name: 'biases', type: 'int32_t', values: biases },
    ],
  };
}
