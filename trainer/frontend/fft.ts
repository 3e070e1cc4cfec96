// Real FFT in int16, scaled down at every stage so that it cannot overflow: kissfft's arithmetic, rounding for rounding.
import type { FftTables } from '../../base/detector_models.js';

const ONE = 32767;
const HALF = 1 << 14;

/** @param size of the real FFT: a power of two ≥ 4 */
export function fftTables(size: number): FftTables {
  const half = size / 2;
  return {
    size,
    places: digitReversal(half, radicesOf(half).reverse()),
    twiddles: unitRoots(half, (i) => (-2 * Math.PI * i) / half),
    splitTwiddles: unitRoots(half / 2, (i) => -Math.PI * ((i + 1) / half + 0.5)),
  };
}

/** The real FFT of `size` samples, a power of two ≥ 4, as a complex FFT of half the size; the result is scaled by 1/size. */
export class RealFft {
  /** Bins 0 … size / 2, real and imaginary parts alternating. */
  readonly output: Int16Array;
  readonly tables: FftTables;

  private readonly half: number;
  private readonly radices: readonly number[];
  private readonly work: Int16Array;

  constructor(readonly size: number) {
    this.half = size / 2;
    this.output = new Int16Array(size + 2);
    this.work = new Int16Array(size);
    this.tables = fftTables(size);
    this.radices = radicesOf(this.half);
  }

  /** Transforms samples << shift (wrapped to int16), zero-padded to `size`, into `output`. */
  transform(samples: Int16Array, shift: number): void {
    this.load(samples, shift);
    const { twiddles } = this.tables;
    let m = 1;
    for (const radix of this.radices) {
      if (radix === 4) radix4(this.work, twiddles, this.half, m);
      else radix2(this.work, twiddles, this.half, m);
      m *= radix;
    }
    this.split();
  }

  private load(samples: Int16Array, shift: number): void {
    const { work, half } = this;
    const { places } = this.tables;
    for (let i = 0; i < half; i++) {
      const to = 2 * places[i]!;
      work[to] = 2 * i < samples.length ? samples[2 * i]! << shift : 0;
      work[to + 1] = 2 * i + 1 < samples.length ? samples[2 * i + 1]! << shift : 0;
    }
  }

  /** Separates the spectra of the even and odd samples, which were transformed as real and imaginary parts. */
  private split(): void {
    const { work, output, half } = this;
    const { splitTwiddles } = this.tables;
    const re = halve(work[0]!);
    const im = halve(work[1]!);
    output[0] = re + im;
    output[1] = 0;
    output[2 * half] = re - im;
    output[2 * half + 1] = 0;
    for (let k = 1; k <= half / 2; k++) {
      const j = half - k;
      const aRe = halve(work[2 * k]!);
      const aIm = halve(work[2 * k + 1]!);
      const bRe = halve(work[2 * j]!);
      const bIm = halve(-work[2 * j + 1]!);
      const sumRe = aRe + bRe;
      const sumIm = aIm + bIm;
      const wRe = splitTwiddles[2 * k - 2]!;
      const wIm = splitTwiddles[2 * k - 1]!;
      const oddRe = ((aRe - bRe) * wRe - (aIm - bIm) * wIm + HALF) >> 15;
      const oddIm = ((aRe - bRe) * wIm + (aIm - bIm) * wRe + HALF) >> 15;
      output[2 * k] = (sumRe + oddRe) >> 1;
      output[2 * k + 1] = (sumIm + oddIm) >> 1;
      output[2 * j] = (sumRe - oddRe) >> 1;
      output[2 * j + 1] = (oddIm - sumIm) >> 1;
    }
  }
}

function halve(x: number): number {
  return (x * (ONE >> 1) + HALF) >> 15;
}

function quarter(x: number): number {
  return (x * (ONE >> 2) + HALF) >> 15;
}

/** Of each stage, the innermost first: 4 as often as it divides, and before them 2 where one is left. */
function radicesOf(n: number): number[] {
  const twos = Math.log2(n);
  const fours = new Array<number>(Math.floor(twos / 2)).fill(4);
  return twos % 2 === 1 ? [2, ...fours] : fours;
}

/** Where each point begins so that all end in order. */
function digitReversal(n: number, radices: readonly number[]): Uint16Array {
  return Uint16Array.from({ length: n }, (_, i) => {
    let rest = i;
    let place = 0;
    let block = n;
    for (const radix of radices) {
      block /= radix;
      place += (rest % radix) * block;
      rest = Math.floor(rest / radix);
    }
    return place;
  });
}

function unitRoots(count: number, phase: (i: number) => number): Int16Array {
  const roots = new Int16Array(2 * count);
  for (let i = 0; i < count; i++) {
    roots[2 * i] = Math.floor(0.5 + ONE * Math.cos(phase(i)));
    roots[2 * i + 1] = Math.floor(0.5 + ONE * Math.sin(phase(i)));
  }
  return roots;
}

// No sum below leaves int16: a Hann window halves the mean of the input, so four quarters of it stay under 0.54 × 46341.

/** Joins blocks of m points, two at a time. */
function radix2(x: Int16Array, twiddles: Int16Array, n: number, m: number): void {
  const stride = n / (2 * m);
  for (let block = 0; block < n; block += 2 * m) {
    for (let k = 0; k < m; k++) {
      const i0 = 2 * (block + k);
      const i1 = i0 + 2 * m;
      const t = 2 * k * stride;
      const wRe = twiddles[t]!;
      const wIm = twiddles[t + 1]!;
      const aRe = halve(x[i0]!);
      const aIm = halve(x[i0 + 1]!);
      const bRe = halve(x[i1]!);
      const bIm = halve(x[i1 + 1]!);
      const re = (bRe * wRe - bIm * wIm + HALF) >> 15;
      const im = (bRe * wIm + bIm * wRe + HALF) >> 15;
      x[i1] = aRe - re;
      x[i1 + 1] = aIm - im;
      x[i0] = aRe + re;
      x[i0 + 1] = aIm + im;
    }
  }
}

/** Joins blocks of m points, four at a time. */
function radix4(x: Int16Array, twiddles: Int16Array, n: number, m: number): void {
  const stride = n / (4 * m);
  for (let k = 0; k < m; k++) {
    const t = 2 * k * stride;
    const w1Re = twiddles[t]!;
    const w1Im = twiddles[t + 1]!;
    const w2Re = twiddles[2 * t]!;
    const w2Im = twiddles[2 * t + 1]!;
    const w3Re = twiddles[3 * t]!;
    const w3Im = twiddles[3 * t + 1]!;
    for (let i0 = 2 * k; i0 < 2 * n; i0 += 8 * m) {
      const i1 = i0 + 2 * m;
      const i2 = i1 + 2 * m;
      const i3 = i2 + 2 * m;
      const aRe = quarter(x[i0]!);
      const aIm = quarter(x[i0 + 1]!);
      let re = quarter(x[i1]!);
      let im = quarter(x[i1 + 1]!);
      const bRe = (re * w1Re - im * w1Im + HALF) >> 15;
      const bIm = (re * w1Im + im * w1Re + HALF) >> 15;
      re = quarter(x[i2]!);
      im = quarter(x[i2 + 1]!);
      const cRe = (re * w2Re - im * w2Im + HALF) >> 15;
      const cIm = (re * w2Im + im * w2Re + HALF) >> 15;
      re = quarter(x[i3]!);
      im = quarter(x[i3 + 1]!);
      const dRe = (re * w3Re - im * w3Im + HALF) >> 15;
      const dIm = (re * w3Im + im * w3Re + HALF) >> 15;
      x[i0] = aRe + cRe + (bRe + dRe);
      x[i0 + 1] = aIm + cIm + (bIm + dIm);
      x[i1] = aRe - cRe + (bIm - dIm);
      x[i1 + 1] = aIm - cIm - (bRe - dRe);
      x[i2] = aRe + cRe - (bRe + dRe);
      x[i2 + 1] = aIm + cIm - (bIm + dIm);
      x[i3] = aRe - cRe - (bIm - dIm);
      x[i3 + 1] = aIm - cIm + (bRe - dRe);
    }
  }
}
