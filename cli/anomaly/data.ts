// From the config's data and frontend keys to windows of integers, and to what the detector reads of each.
import { resolve } from 'node:path';
import { KilnError } from '../../base/errors.js';
import { loadSensorDataset, type SensorDataset, type SensorSource } from '../../trainer/datasets/sensor_dataset.js';
import { cutWindows, type Part, type Window, type WindowSet } from '../../trainer/anomaly/windows.js';
import { featureNames, SensorFrontEnd, type SensorSpec } from '../../trainer/sensors/front_end.js';
import type { Arguments } from '../command.js';
import type { Context } from '../context.js';
import type { AnomalyProject } from '../project.js';
import type { AnomalyConfig } from './config.js';

export interface SensorData extends WindowSet {
  dataset: Pick<SensorDataset, 'channels' | 'classes' | 'hash'> & { recordings: { name: string; machine: string }[] };
  /** Undefined where the detector reads samples. */
  frontEnd: SensorSpec | undefined;
  stride: number;
  /** What the detector reads of each window, and what each integer is. */
  rows: Int16Array[];
  names: string[];
}

/** @throws KilnError `csv-…`, `recordings-…`, `windows-none`, `frontend-invalid`, `examples-too-few` */
export async function loadSensorData(project: AnomalyProject, args: Arguments, context: Context): Promise<SensorData> {
  const { config } = project;
  const { reporter, cwd } = context;
  const dataset = await loadSensorDataset(sourceOf(project, args, cwd));
  for (const notice of dataset.notices) reporter.notice(notice);
  const sampleRate = config.data.resample ?? dataset.sampleRate;
  const frontEnd = frontEndSpec(config.frontend, dataset.channels.length, sampleRate);
  const stride = strideOf(config.frontend);
  const { samples } = config.frontend;
  const { split, resolution, resample } = config.data;
  const options = { samples, stride, split, seed: config.train.seed, resolution, sampleRate: resample };
  const set = cutWindows(dataset, options);
  const features = frontEnd && new SensorFrontEnd(frontEnd);
  const rows = set.windows.map((window) => (features ? features.transform(window.samples).slice() : window.samples));
  const { channels, classes, hash } = dataset;
  const names = frontEnd ? channelFeatures(frontEnd, channels) : channels.map(({ name }) => name);
  reporter.line(`${dataset.recordings.length} recordings of ${channels.length} channels at ${dataset.sampleRate} Hz`);
  reporter.line(
    `${set.windows.length} windows of ${samples} samples, ${names.length} features each: ${describe(set.windows)}`,
  );
  const recordings = dataset.recordings.map(({ name, machine }) => ({ name, machine }));
  return { ...set, dataset: { channels, classes, hash, recordings }, frontEnd, stride, rows, names };
}

function describe(windows: readonly Window[]): string {
  const parts: Part[] = ['train', 'calibration', 'test'];
  return parts
    .map((part) => {
      const own = windows.filter((window) => window.part === part);
      const faults = own.filter((window) => window.class > 0).length;
      return `${part} ${own.length - faults}${faults > 0 ? ` and ${faults} of faults` : ''}`;
    })
    .join(', ');
}

/** `--data` names another folder. */
function sourceOf({ folder, config }: AnomalyProject, { data: named }: Arguments, cwd: string): SensorSource {
  const { data, train } = config;
  if (data.source === 'synthetic-vibration') {
    if (named === undefined) return { ...data, seed: train.seed };
    const todo = 'Set it to csv-folder or frames, with the columns that the files have.';
    const what = 'data of files are given, and the config makes its own';
    throw new KilnError('config-invalid', { where: 'data.source', what, todo });
  }
  return { ...data, path: typeof named === 'string' ? resolve(cwd, named) : resolve(folder, data.path) };
}

function strideOf({ samples, stride = Math.max(1, samples >> 1) }: AnomalyConfig['frontend']): number {
  if (stride <= samples) return stride;
  const what = `a stride of ${stride} samples would skip some: a window has ${samples}`;
  throw new KilnError('frontend-invalid', { where: 'frontend.stride', what, todo: 'Choose another value.' });
}

function frontEndSpec(
  { samples, detrend, statistics, differenceLag, bands }: AnomalyConfig['frontend'],
  axes: number,
  sampleRate: number,
): SensorSpec | undefined {
  if (samples === 1) return undefined;
  const spec = { samples, axes, detrend, statistics, differenceLag };
  return bands ? { ...spec, bands: bandsOf(bands, samples, sampleRate) } : spec;
}

/** Hz to bins of an FFT that is as long as the window at least. */
function bandsOf(edges: readonly number[], samples: number, sampleRate: number): SensorSpec['bands'] {
  const fftSize = Math.max(8, 2 ** Math.ceil(Math.log2(samples)));
  const bins = edges.map((edge) => Math.max(1, Math.round((edge * fftSize) / sampleRate)));
  const last = fftSize / 2 + 1;
  const narrow = bins.findIndex((bin, i) => i > 0 && bin <= bins[i - 1]!);
  if (narrow < 0 && bins.at(-1)! <= last) return { fftSize, edges: bins };
  const step = (sampleRate / fftSize).toPrecision(3);
  const what =
    narrow < 0
      ? `${edges.at(-1)} Hz is above half the sample rate of ${sampleRate} Hz`
      : `from ${edges[narrow - 1]} to ${edges[narrow]} Hz is less than ${step} Hz, which a window of ${samples} tells apart`;
  throw new KilnError('frontend-invalid', { where: 'frontend.bands', what, todo: 'Choose other edges.' });
}

/** `radial x rms` for `0 rms`. */
function channelFeatures(spec: SensorSpec, channels: SensorDataset['channels']): string[] {
  return featureNames(spec).map((name) => {
    const [, axis, rest] = /^(\d+) (.*)$/.exec(name)!;
    return `${channels[Number(axis)]!.name} ${rest}`;
  });
}
