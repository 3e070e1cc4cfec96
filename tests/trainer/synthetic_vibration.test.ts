// Computed machines: the same from the same seed, and each fault shows where the books say.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { synthesizeVibration, type SyntheticVibration } from '../../trainer/datasets/synthetic_vibration.js';
import { drawMachine, shake, type Fault } from '../../trainer/datasets/vibration_model.js';

const OPTIONS: SyntheticVibration = {
  ...{ source: 'synthetic-vibration', machines: 2, speeds: [25], loads: [1], recordings: 2, seconds: 1 },
  ...{ faults: ['bearing', 'imbalance'], severity: [0.5, 1], sampleRate: 1600, seed: 3 },
};

describe('synthetic vibration', () => {
  it('is decided by its seed', () => {
    const made = synthesizeVibration(OPTIONS);
    const last = (options: SyntheticVibration) =>
      synthesizeVibration(options).recordings.at(-1)!.stretches[0]!.channels[2]!.slice(-20);
    expect(last(OPTIONS)).toEqual(made.recordings.at(-1)!.stretches[0]!.channels[2]!.slice(-20));
    expect(last({ ...OPTIONS, seed: 4 })).not.toEqual(last(OPTIONS));
    expect(made.classes).toEqual(['normal', 'bearing', 'imbalance']);
    expect(made.recordings.map(({ name }) => name)).toContain('machine2/bearing/25 Hz, load 1');
    expect(made.recordings).toHaveLength(8);
  });

  const RATE = 1600;
  const SPEED = 25;
  const axes = (fault?: Fault) => {
    const machine = drawMachine('m', new Random(1));
    const operation = { speed: SPEED, load: 0.5, severity: 1, ...(fault && { fault }) };
    return shake(machine, operation, 4 * RATE, RATE, new Random(2));
  };

  /** Of one frequency, in g, over whole turns. */
  function amplitude(axis: Float64Array, frequency: number): number {
    let [re, im] = [0, 0];
    axis.forEach((value, i) => {
      re += value * Math.cos((2 * Math.PI * frequency * i) / RATE);
      im += value * Math.sin((2 * Math.PI * frequency * i) / RATE);
    });
    return (2 * Math.hypot(re, im)) / axis.length;
  }

  const kurtosis = (axis: Float64Array) => {
    const moment = (power: number) => axis.reduce((sum, value) => sum + value ** power, 0) / axis.length;
    return moment(4) / moment(2) ** 2;
  };

  const well = axes();

  it.each([
    ['imbalance', 0, SPEED],
    ['misalignment', 2, 2 * SPEED],
    ['looseness', 0, SPEED / 2],
  ] as const)('%s more than doubles its order', (fault, axis, frequency) => {
    expect(amplitude(axes(fault)[axis]!, frequency)).toBeGreaterThan(2 * amplitude(well[axis]!, frequency));
  });

  it('a bearing makes blows', () => {
    expect(kurtosis(axes('bearing')[0]!)).toBeGreaterThan(1.2 * kurtosis(well[0]!));
  });
});
