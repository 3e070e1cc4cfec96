// Changes the sample rate by a windowed sinc, one filter for each phase between input samples.

/** Zero crossings of the sinc on either side. */
const CROSSINGS = 16;
/** Kaiser's β: stop band near −80 dB. */
const BETA = 8;
/** Pass band as a share of the lower Nyquist frequency: leaves the filter room to fall. */
const PASS_BAND = 0.92;

interface Kernel {
  /** Output phases before the pattern repeats. */
  phases: number;
  /** Input samples in which it repeats. */
  advance: number;
  /** Taps before and after the nearest input sample at or before an output sample: `half − 1` and `half`. */
  half: number;
  /** phases × 2 half. */
  taps: Float32Array;
}

let latest: { from: number; to: number; kernel: Kernel } | undefined;

/** Samples at `to` Hz of what was recorded at `from` Hz; silence beyond both ends. */
export function resample(samples: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return samples;
  if (latest?.from !== from || latest.to !== to) latest = { from, to, kernel: makeKernel(from, to) };
  const { phases, advance, half, taps } = latest.kernel;
  const output = new Int16Array(Math.ceil((samples.length * to) / from));
  for (let n = 0; n < output.length; n++) {
    const first = Math.floor((n * advance) / phases) - half + 1;
    const row = ((n * advance) % phases) * 2 * half;
    const begin = Math.max(0, -first);
    const end = Math.min(2 * half, samples.length - first);
    let sum = 0;
    for (let k = begin; k < end; k++) sum += taps[row + k]! * samples[first + k]!;
    output[n] = Math.max(-32768, Math.min(32767, Math.round(sum)));
  }
  return output;
}

function makeKernel(from: number, to: number): Kernel {
  const divisor = greatestCommonDivisor(from, to);
  const phases = to / divisor;
  const cutoff = PASS_BAND * Math.min(1, to / from);
  const half = Math.ceil(CROSSINGS / cutoff);
  const taps = new Float32Array(phases * 2 * half);
  for (let phase = 0; phase < phases; phase++) {
    const row = taps.subarray(phase * 2 * half, (phase + 1) * 2 * half);
    for (let k = 0; k < 2 * half; k++) {
      const x = k - half + 1 - phase / phases;
      row[k] = cutoff * sinc(cutoff * x) * kaiser(x / half);
    }
    const sum = row.reduce((total, tap) => total + tap);
    for (let k = 0; k < row.length; k++) row[k]! /= sum;
  }
  return { phases, advance: from / divisor, half, taps };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser's window for x in −1 … 1. */
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA);
}

/** The modified Bessel function I₀, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
