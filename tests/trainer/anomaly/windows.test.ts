// Windows of recordings: none across two, a gap or two parts; nothing of the other parts in the scale; faults set no threshold.
import { describe, expect, it } from 'vitest';
import { cutWindows, type WindowOptions } from '../../../trainer/anomaly/windows.js';
import type { Recording, SensorDataset } from '../../../trainer/datasets/sensor_dataset.js';

const OPTIONS: WindowOptions = {
  samples: 4,
  stride: 2,
  split: { by: 'time', train: 0.5, calibration: 0.25 },
  seed: 1,
  resolution: 1,
};

/** Values that say where they are from: 1000 × recording + sample. */
function recording(index: number, lengths: number[], name = `r${index}`, own = 0): Recording {
  let next = 1000 * index;
  const stretches = lengths.map((length) => ({
    channels: [Float64Array.from({ length }, () => next++)],
    classes: new Uint8Array(length).fill(own),
  }));
  return { name, machine: '', stretches };
}

const dataset = (...recordings: Recording[]): SensorDataset => ({
  ...{ channels: [{ name: 'x', physical: '' }], sampleRate: 8, classes: ['normal', 'worn'] },
  ...{ recordings, notices: [], hash: '' },
});

describe('windows', () => {
  it('hold consecutive samples of one stretch', () => {
    const { windows } = cutWindows(dataset(recording(0, [17, 19]), recording(1, [26])), OPTIONS);
    expect(windows.length).toBeGreaterThan(8);
    for (const { samples, recording: index } of windows) {
      expect([...samples]).toEqual([0, 1, 2, 3].map((i) => samples[0]! + i));
      expect(Math.floor(samples[0]! / 1000)).toBe(index);
      expect([14, 15, 16]).not.toContain(samples[0]); // across the gap
    }
  });

  it('are of one part by time: none lies in two', () => {
    const { windows } = cutWindows(dataset(recording(0, [40])), OPTIONS);
    const ends = { train: [0, 20], calibration: [20, 30], test: [30, 40] };
    for (const { samples, part } of windows) {
      expect(samples[0]).toBeGreaterThanOrEqual(ends[part][0]!);
      expect(samples[3]).toBeLessThan(ends[part][1]!);
    }
    expect(new Set(windows.map(({ part }) => part)).size).toBe(3);
  });

  it('are of the part of their recording, with each folder divided alike', () => {
    const recordings = Array.from({ length: 8 }, (_, i) => recording(i, [4], `f${i % 2}/${i}`));
    const { windows } = cutWindows(dataset(...recordings), {
      ...OPTIONS,
      split: { ...OPTIONS.split, by: 'recording' },
    });
    for (const folder of [0, 1]) {
      const parts = windows.filter((window) => window.recording % 2 === folder).map(({ part }) => part);
      expect(parts.sort()).toEqual(['calibration', 'test', 'train', 'train']);
    }
  });

  it('of faults are never for calibration', () => {
    const { windows } = cutWindows(dataset(recording(0, [40], 'r', 1)), OPTIONS);
    expect(new Set(windows.map(({ part }) => part))).toEqual(new Set(['train', 'test']));
    expect(windows.every((window) => window.class === 1)).toBe(true);
  });

  it('are scaled by the normal part that is trained on alone', () => {
    const wild = recording(0, [40]);
    const scale = () => cutWindows(dataset(wild), { ...OPTIONS, resolution: undefined }).scales;
    const before = scale();
    wild.stretches[0]!.channels[0]![35] = 1e6;
    expect(scale()).toEqual(before);
    wild.stretches[0]!.channels[0]![5] = 1e6;
    expect(scale()).not.toEqual(before);
  });

  it('are resampled to the rate of the firmware', () => {
    const { windows, sampleRate } = cutWindows(dataset(recording(0, [40])), { ...OPTIONS, sampleRate: 4 });
    expect(sampleRate).toBe(4);
    expect(Math.max(...windows.map(({ samples }) => samples[0]!))).toBeGreaterThan(25);
    expect(windows.length).toBeLessThan(10);
  });

  it('are refused where there is none', () => {
    expect(() => cutWindows(dataset(recording(0, [3])), OPTIONS)).toThrow(
      'no stretch is as long as a window of 4 samples: the longest has 3',
    );
  });
});
