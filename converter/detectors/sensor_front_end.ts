// The C of a sensor front end; the trainer computes the same features, and gives the tables.
import type { BandTables, SensorFrontEndModel } from '../../base/detector_models.js';
import type { CArray, CFields } from '../codegen/kernel_call.js';
import type { Detector, StageC } from './detector.js';

export interface FrontEnd {
  /** int16 samples of a window, all axes. */
  inputs: number;
  /** Features. */
  outputs: number;
  /** Of a feature: int16_t where it is left out. */
  type?: Detector['input']['type'];
  c: StageC;
}

export function sensorFrontEnd(model: SensorFrontEndModel): FrontEnd {
  return { inputs: model.samples * model.axes, outputs: model.features, c: stage(model) };
}

/** Samples as they are, for a detector of one series that reads words. */
export function wideSamples(count: number): FrontEnd {
  return { inputs: count, outputs: count, type: 'int32_t', c: { kernel: 'tk_widen', params: { count }, arrays: [] } };
}

function stage(model: SensorFrontEndModel): StageC {
  const { samples, axes, detrend, statistics, differenceLag, logSamples, bands } = model;
  const flag = (on: boolean) => (on ? 1 : 0);
  return {
    kernel: 'tk_sensor_front_end',
    params: {
      samples,
      axes,
      line: flag(detrend === 'line'),
      log_samples: logSamples,
      lag: differenceLag,
      rms: flag(statistics.rms),
      difference_rms: flag(statistics.differenceRms),
      mad: flag(statistics.mad),
      kurtosis: flag(statistics.kurtosis),
      crest: flag(statistics.crest),
      ...bandFields(bands, samples),
    },
    arrays: bands ? bandArrays(bands) : [],
    state: {
      type: 'tk_sensor_scratch',
      count: Math.ceil(samples / 2) + (bands ? bands.fft.size / 2 + 1 : 0),
      elementBytes: 4,
    },
  };
}

function bandFields(bands: BandTables | undefined, samples: number): CFields {
  if (!bands) return { bands: 0 };
  const { edges, fft } = bands;
  return {
    bands: edges.length - 1,
    edges: { array: 'edges' },
    framing: {
      size: samples,
      stride: samples,
      coefficients: { array: 'window' },
      points: fft.size / 2,
      places: { array: 'places' },
    },
    twiddles: { array: 'twiddles' },
    split_twiddles: { array: 'split_twiddles' },
  };
}

function bandArrays({ edges, window, fft }: BandTables): CArray[] {
  const even = new Int16Array(2 * Math.ceil(window.length / 2));
  even.set(window);
  const used = fft.twiddles.subarray(0, 2 * Math.ceil((3 * fft.size) / 8));
  return [
    { name: 'edges', type: 'uint16_t', values: edges },
    { name: 'window', type: 'int16_t', values: even, aligned: true },
    { name: 'places', type: 'uint16_t', values: fft.places },
    { name: 'twiddles', type: 'int16_t', values: used, aligned: true },
    { name: 'split_twiddles', type: 'int16_t', values: fft.splitTwiddles, aligned: true },
  ];
}
