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
      ...bandFields(bands),
    },
    arrays: bands ? bandArrays(bands) : [],
    state: { type: 'int16_t', count: samples + (bands ? 2 * bands.fft.size + 2 : 0), elementBytes: 2 },
  };
}

function bandFields(bands: BandTables | undefined): CFields {
  if (!bands) return { bands: 0 };
  const { edges, fft } = bands;
  return {
    bands: edges.length - 1,
    edges: { array: 'edges' },
    window: { array: 'window' },
    fft: {
      half: fft.size / 2,
      stages: fft.radices.length,
      radices: { array: 'radices' },
      order: { array: 'order' },
      twiddles: { array: 'twiddles' },
      split_twiddles: { array: 'split_twiddles' },
    },
  };
}

function bandArrays({ edges, window, fft }: BandTables): CArray[] {
  return [
    { name: 'edges', type: 'uint16_t', values: edges },
    { name: 'window', type: 'int16_t', values: window },
    { name: 'radices', type: 'uint8_t', values: fft.radices },
    { name: 'order', type: 'uint16_t', values: fft.order },
    { name: 'twiddles', type: 'int16_t', values: fft.twiddles },
    { name: 'split_twiddles', type: 'int16_t', values: fft.splitTwiddles },
  ];
}
