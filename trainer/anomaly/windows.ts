// Recordings cut into windows of integers, as the sensor would give them: none across two recordings, a gap, or two parts.
import { dirname } from 'node:path';
import { Random } from '../../base/random.js';
import { KilnError } from '../../base/errors.js';
import { resample } from '../datasets/resample.js';
import type { Recording, SensorDataset } from '../datasets/sensor_dataset.js';
import { scaleOf, toInt16, type SensorScale } from '../sensors/scale.js';

/** `train` fits, `calibration` sets the threshold, `test` is for figures alone. Faults set no threshold: theirs are for figures too. */
export type Part = 'train' | 'calibration' | 'test';

export interface Window {
  /** int16, [samples × channels], channels innermost. */
  samples: Int16Array;
  /** Index of its recording. */
  recording: number;
  machine: string;
  /** Index into the data set's classes: 0 is normal; a window with a fault in it is of the fault's class. */
  class: number;
  part: Part;
}

export interface WindowOptions {
  /** Of a window. */
  samples: number;
  /** From the start of a window to that of the next. */
  stride: number;
  /** By time: the first share of each recording fits, the next calibrates. By recording: so many of each folder and class. */
  split: { by: 'time' | 'recording'; train: number; calibration: number };
  /** Which recordings are drawn. */
  seed: number;
  /** Physical units of one integer step, for all channels. Left out: by the range of what is trained on. */
  resolution?: number | undefined;
  /** Hz, whole: what the firmware will see. Left out: as recorded. */
  sampleRate?: number | undefined;
}

export interface WindowSet {
  windows: Window[];
  /** By channel. */
  scales: SensorScale[];
  /** Hz. */
  sampleRate: number;
}

/** Where data fit for training span this many steps, 16 times as much fits int16. */
const STEPS = 4096;

/** @throws KilnError `windows-none` */
export function cutWindows(dataset: SensorDataset, options: WindowOptions): WindowSet {
  const partOf = partsOf(dataset.recordings, options);
  const scales = scalesOf(dataset, partOf, options);
  const sampleRate = options.sampleRate ?? dataset.sampleRate;
  const cut = (recording: Recording, index: number): Window[] =>
    integerStretches(recording, scales, dataset.sampleRate, sampleRate).flatMap((stretch) =>
      windowsOf(stretch, options).flatMap(({ from, to, ...window }) => {
        const own = partOf(index, from, to);
        const part = own === 'calibration' && window.class > 0 ? 'test' : own;
        return part ? [{ ...window, recording: index, machine: recording.machine, part }] : [];
      }),
    );
  const windows = dataset.recordings.flatMap(cut);
  if (windows.length === 0) throw none(dataset, options.samples);
  return { windows, scales, sampleRate };
}

function none({ recordings }: SensorDataset, samples: number): KilnError {
  const lengths = recordings.flatMap(({ stretches }) => stretches.map(({ classes }) => classes.length));
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const what = `no stretch is as long as a window of ${samples} samples: the longest has ${longest}`;
  return new KilnError('windows-none', {
    where: 'frontend.samples',
    what,
    todo: 'Shorten the window, or record longer.',
  });
}

/** The part of a stretch of a recording, by shares of its length; undefined where it is in two. */
type PartOf = (recording: number, from: number, to: number) => Part | undefined;

function partsOf(recordings: readonly Recording[], { split, seed }: WindowOptions): PartOf {
  const { by, train, calibration } = split;
  const edges: [Part, number, number][] = [
    ['train', 0, train],
    ['calibration', train, train + calibration],
    ['test', train + calibration, 1],
  ];
  if (by === 'time') return (_, from, to) => edges.find(([, begin, end]) => from >= begin && to <= end + 1e-9)?.[0];
  const rank = ranks(recordings, new Random(seed));
  return (index) => edges.find(([, begin, end]) => rank[index]! >= begin && rank[index]! < end)![0];
}

/** Of each recording, its place among those of its folder and class, 0 … 1, in an order that is drawn. */
function ranks(recordings: readonly Recording[], random: Random): number[] {
  const groups = new Map<string, number[]>();
  recordings.forEach((recording, index) => {
    const key = `${dirname(recording.name)}\n${Math.max(...recording.stretches.map(({ classes }) => classes[0] ?? 0))}`;
    groups.set(key, [...(groups.get(key) ?? []), index]);
  });
  const rank = new Array<number>(recordings.length).fill(0);
  for (const own of groups.values()) {
    random.shuffle(own).forEach((index, place) => (rank[index] = place / own.length));
  }
  return rank;
}

/** By what is trained on: nothing of the other parts is looked at. */
function scalesOf({ recordings, channels }: SensorDataset, partOf: PartOf, options: WindowOptions): SensorScale[] {
  const { resolution } = options;
  if (resolution !== undefined) return channels.map(() => ({ unit: resolution, zero: 0 }));
  return channels.map((_, channel) => {
    const ranges = recordings.flatMap((recording, index) => trainingRange(recording, index, channel, partOf));
    return scaleOf(ranges.length > 0 ? ranges : [0], STEPS);
  });
}

/** Least and greatest of a channel in the normal part that is trained on. */
function trainingRange({ stretches }: Recording, index: number, channel: number, partOf: PartOf): number[] {
  const total = stretches.reduce((sum, { classes }) => sum + classes.length, 0);
  let [low, high, at] = [Infinity, -Infinity, 0];
  for (const { channels, classes } of stretches) {
    channels[channel]!.forEach((value, i) => {
      const place = (at + i) / total;
      if (classes[i] !== 0 || partOf(index, place, place) !== 'train') return;
      low = Math.min(low, value);
      high = Math.max(high, value);
    });
    at += classes.length;
  }
  return high >= low ? [low, high] : [];
}

interface IntegerStretch {
  channels: Int16Array[];
  classes: Uint8Array;
  /** Where it begins and ends, as shares of the recording. */
  from: number;
  to: number;
}

function integerStretches(
  { stretches }: Recording,
  scales: readonly SensorScale[],
  recorded: number,
  wanted: number,
): IntegerStretch[] {
  const total = stretches.reduce((sum, { classes }) => sum + classes.length, 0);
  let at = 0;
  return stretches.map(({ channels, classes }) => {
    const integers = channels.map((values, c) => resample(toInt16(values, scales[c]!), recorded, wanted));
    const from = at / total;
    at += classes.length;
    const own = Uint8Array.from(integers[0]!, (_, i) => classes[Math.floor((i * recorded) / wanted)] ?? 0);
    return { channels: integers, classes: own, from, to: at / total };
  });
}

function windowsOf({ channels, classes, from, to }: IntegerStretch, { samples, stride }: WindowOptions) {
  const length = classes.length;
  const share = (i: number) => from + ((to - from) * i) / length;
  const count = Math.max(0, Math.floor((length - samples) / stride) + 1);
  return Array.from({ length: count }, (_, n) => {
    const begin = n * stride;
    return {
      samples: interleaved(channels, begin, samples),
      class: classOf(classes.subarray(begin, begin + samples)),
      from: share(begin),
      to: share(begin + samples),
    };
  });
}

function interleaved(channels: readonly Int16Array[], begin: number, samples: number): Int16Array {
  const window = new Int16Array(samples * channels.length);
  channels.forEach((channel, c) => {
    for (let i = 0; i < samples; i++) window[i * channels.length + c] = channel[begin + i]!;
  });
  return window;
}

/** The most frequent fault, if there is any. */
function classOf(classes: Uint8Array): number {
  const counts = new Map<number, number>();
  for (const value of classes) if (value > 0) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most), [0, 0])[0];
}
