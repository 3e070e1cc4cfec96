// The recordings that detectors are judged on: unpacked beside the tests, read as the integers of a sensor.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll } from 'vitest';
import type { Interval } from '../../trainer/anomaly/metrics/events.js';
import { scaleOf, toInt16 } from '../../trainer/sensors/scale.js';
import { sharedData } from '../shared.js';

/** A set of the shared data, unpacked until the tests of the file end; undefined where it is not at hand. */
export function unpacked(set: string, archive: string): string | undefined {
  const packed = sharedData(set, archive);
  if (!packed) return undefined;
  const folder = mkdtempSync(join(tmpdir(), `tinykiln-${set}-`));
  afterAll(() => rmSync(folder, { recursive: true }));
  const { status, stderr } = spawnSync('tar', ['--zstd', '-xf', packed, '-C', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return folder;
}

export function table(path: string, delimiter = ','): Record<string, string>[] {
  return parse(readFileSync(path), { columns: true, delimiter });
}

export interface PumpExperiment {
  name: string;
  samples: Int16Array[];
  anomaly: number[];
}

const PUMP_CHANNELS = [
  'Accelerometer1RMS',
  'Accelerometer2RMS',
  'Current',
  'Pressure',
  'Temperature',
  'Thermocouple',
  'Voltage',
  'Volume Flow RateRMS',
];
/** The training rows of a channel span this many steps of its sensor: 16 times as many fit. */
const PUMP_STEPS = 2048;

/** SKAB. Each channel is scaled by its training rows alone. */
export function pumpExperiments(folder: string, trainingRows: number): PumpExperiment[] {
  const names = table(sharedData('skab', 'manifest.csv')!).map(({ path }) => path!);
  return names
    .filter((name) => !name.startsWith('anomaly-free'))
    .map((name) => {
      const rows = table(join(folder, name), ';');
      const channels = PUMP_CHANNELS.map((channel) => {
        const values = rows.map((row) => Number(row[channel]));
        return toInt16(values, scaleOf(values.slice(0, trainingRows), PUMP_STEPS));
      });
      const samples = rows.map((_, i) => Int16Array.from(channels, (channel) => channel[i]!));
      return { name, samples, anomaly: rows.map(({ anomaly }) => Number(anomaly)) };
    });
}

export interface FanFrame {
  split: string;
  group: string;
  anomaly: number;
  window: Int16Array;
}

/** The MSA301 of the ceiling fan gives 2,048 steps a g. */
const FAN_STEP = 1 / 2048;

export function fanFrames(folder: string): FanFrame[] {
  return table(sharedData('ceiling-fan', 'manifest.csv')!).map(({ path, label, split, group }) => ({
    split: split!,
    group: group!,
    anomaly: label === 'normal' ? 0 : 1,
    window: toInt16(readFileSync(join(folder, path!), 'utf8').trim().split(/[\n,]/).map(Number), {
      unit: FAN_STEP,
      zero: 0,
    }),
  }));
}

export interface LabelledSeries {
  name: string;
  samples: Int32Array[];
  windows: Interval[];
}

/** The learning rows of a series span this many steps of its sensor, of 2²⁴. */
const SERIES_STEPS = 2 ** 16;

/** NAB. Each series is scaled by its learning rows alone. */
export function labelledSeries(folder: string, learningRows: (rows: number) => number): LabelledSeries[] {
  const labels = JSON.parse(readFileSync(join(folder, 'labels', 'windows.json'), 'utf8')) as Record<string, string[][]>;
  return Object.entries(labels).map(([name, windows]) => {
    const rows = table(join(folder, 'data', name));
    const values = rows.map(({ value }) => Number(value));
    const { unit, zero } = scaleOf(values.slice(0, learningRows(values.length)), SERIES_STEPS);
    const times = rows.map(({ timestamp }) => timestamp!);
    return {
      name,
      samples: values.map((value) => Int32Array.of(Math.round((value - zero) / unit))),
      windows: windows.map(([from, to]) => ({
        begin: times.findIndex((time) => time >= from!.slice(0, 19)),
        end: times.findLastIndex((time) => time <= to!.slice(0, 19)) + 1,
      })),
    };
  });
}
