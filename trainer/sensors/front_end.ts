// Windows of an accelerometer or the like as features: per axis statistics and band energies, on a scale of octaves.
import { KilnError } from '../../base/errors.js';
import type { SensorFrontEndModel } from '../../base/detector_models.js';
import { clamp, INT16_MAX, INT16_MIN, log2 } from '../../base/fixed_point.js';
import { bandAmplitudes, BandSpectrum, checkBands, type BandSpec } from './band_energies.js';
import { normalise, type Detrend } from './detrend.js';
import { STATISTICS, type Statistic } from './statistics.js';

export interface SensorSpec {
  /** Samples in a window, 4 to 2048. */
  samples: number;
  /** Channels of a sample, 1 to 16. */
  axes: number;
  detrend: Detrend;
  /** Of each axis, in the order of `STATISTICS`. */
  statistics: readonly Statistic[];
  /** Samples between those whose differences `difference-rms` takes: 1 where it is left out. */
  differenceLag?: number;
  /** After them, of each axis. */
  bands?: BandSpec;
}

const SAMPLES = { least: 4, most: 2048 };
const MOST_AXES = 16;

/** Features of a window, int16 in Q10; amplitudes are log₂ of the sensor's unit. */
export class SensorFrontEnd {
  readonly features: Int16Array;
  /** One axis without its trend, and as large as int16 holds. */
  private readonly shape: Int16Array;
  private readonly spectrum: BandSpectrum | undefined;

  /** @throws KilnError `frontend-invalid` */
  constructor(readonly spec: SensorSpec) {
    checkSpec(spec);
    this.features = new Int16Array(featureNames(spec).length);
    this.shape = new Int16Array(spec.samples);
    if (spec.bands) this.spectrum = new BandSpectrum(spec.bands, spec.samples);
  }

  /** @param window [samples × axes] @returns `features`, axis by axis; the next call overwrites them */
  transform(window: Int16Array): Int16Array {
    const { spec, features, shape } = this;
    let next = 0;
    for (let axis = 0; axis < spec.axes; axis++) {
      const octaves = normalise(window, axis, spec.axes, spec.detrend, shape);
      const values = [
        ...selected(spec).map((statistic) => STATISTICS[statistic](shape, octaves, spec.differenceLag ?? 1)),
        ...(this.spectrum ? bandAmplitudes(this.spectrum, shape, octaves) : []),
      ];
      for (const value of values) features[next++] = clamp(value, INT16_MIN, INT16_MAX);
    }
    return features;
  }

  /** What the chip's needs: it computes the same integers. */
  model(): SensorFrontEndModel {
    const { samples, axes, detrend, statistics, differenceLag = 1 } = this.spec;
    const has = (statistic: Statistic) => statistics.includes(statistic);
    return {
      samples,
      axes,
      detrend,
      statistics: {
        rms: has('rms'),
        differenceRms: has('difference-rms'),
        mad: has('mad'),
        kurtosis: has('kurtosis'),
        crest: has('crest'),
      },
      differenceLag,
      logSamples: log2(samples),
      bands: this.spectrum?.tables(),
      features: this.features.length,
    };
  }
}

/** Those asked for, in the order in which the chip computes them. */
export function selected({ statistics }: SensorSpec): Statistic[] {
  return (Object.keys(STATISTICS) as Statistic[]).filter((name) => statistics.includes(name));
}

/** `0 rms`, `0 band 2`: axis and what it is. */
export function featureNames(spec: SensorSpec): string[] {
  const bands = spec.bands ? spec.bands.edges.slice(1).map((_, band) => `band ${band}`) : [];
  const own = [...selected(spec), ...bands];
  return Array.from({ length: spec.axes }, (_, axis) => own.map((name) => `${axis} ${name}`)).flat();
}

function checkSpec(spec: SensorSpec): void {
  const { samples, axes, differenceLag = 1 } = spec;
  const within = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  if (!within(samples, SAMPLES.least, SAMPLES.most)) {
    throw invalid('window', `${samples} samples, and ${SAMPLES.least} to ${SAMPLES.most} are possible`);
  }
  if (!within(axes, 1, MOST_AXES)) throw invalid('axes', `${axes} axes, and 1 to ${MOST_AXES} are possible`);
  if (!within(differenceLag, 1, samples - 1)) {
    throw invalid('differenceLag', `${differenceLag} samples, and 1 to ${samples - 1} are possible`);
  }
  if (featureNames(spec).length === 0) throw invalid('statistics', 'neither a statistic nor a band is asked for');
  if (spec.bands) checkBands(spec.bands, samples);
}

function invalid(key: string, what: string): KilnError {
  return new KilnError('frontend-invalid', { where: `frontend.${key}`, what, todo: 'Choose another value.' });
}
