// Drift: what the chip keeps is what the host keeps, to the bit; what shifts is seen soon, and what does not is not seen.
import { describe, expect, it } from 'vitest';
import type { DriftModel } from '../../base/detector_models.js';
import { axisMeans, DriftTracker, type DriftInput } from '../../base/drift.js';
import { Random } from '../../base/random.js';
import { scoreAll, type Detector } from '../../converter/detectors/detector.js';
import { detectorEnds, placesOf, type DetectorProgram } from '../../converter/detectors/program.js';
import { quadratic } from '../../converter/detectors/quadratic.js';
import { sensorFrontEnd } from '../../converter/detectors/sensor_front_end.js';
import { drift } from '../../converter/drift/drift.js';
import { fitMahalanobis } from '../../trainer/anomaly/detectors/mahalanobis.js';
import { fitDrift } from '../../trainer/anomaly/drift.js';
import { featureNames, SensorFrontEnd, type SensorSpec } from '../../trainer/sensors/front_end.js';
import { FEATURES, normalVectors, wildVectors } from './cases.js';
import { runOnCore, runOnHost } from './compiled.js';

/** What the host watches of each vector or window. */
function watched(detector: Detector, features: readonly Int16Array[], windows = features, axes = 1): DriftInput[] {
  const scores = scoreAll(detector, features);
  return features.map((vector, i) => ({ features: vector, score: scores[i]!, means: axisMeans(windows[i]!, axes) }));
}

describe('what is kept of drift', () => {
  const train = normalVectors(600, 1);
  const detector = quadratic(fitMahalanobis(train));
  const names = ['a', 'b', 'c', 'd'];
  const model = fitDrift(watched(detector, train, train, FEATURES), { features: names, axes: names });
  const stuck = Int16Array.of(-4000, 9, 0, 7);
  const vectors = [...normalVectors(60, 2), ...wildVectors(150, 3), ...new Array<Int16Array>(70).fill(stuck)];
  const inputs = watched(detector, vectors, vectors, FEATURES);
  const program: DetectorProgram = { name: 'watched', detector, drift: drift(model, { samples: 1, axes: FEATURES }) };

  function expected(): Int32Array {
    const tracker = new DriftTracker(model);
    const words = inputs.map((input) => {
      tracker.push(input);
      return [input.score, ...new Int32Array(Uint8Array.from(tracker.state()).buffer)];
    });
    return Int32Array.from(words.flat());
  }

  it('is below 256 bytes, however much there is to watch', () => {
    const twice = train.map((vector) => Int16Array.of(...vector, ...vector, ...vector, ...vector));
    const many = fitDrift(
      twice.map((features) => ({ features, score: 0, means: [1, 2, 3, 4, 5] })),
      { features: new Array<string>(16).fill('x'), axes: new Array<string>(5).fill('y') },
    );
    const { outputs } = detectorEnds({ ...program, drift: drift(many, { samples: 1, axes: 5 }) });
    expect(outputs.find(({ name }) => name === 'drift')!.bytes).toBeLessThan(256);
  });

  it('is the same on the host, in C and on the chip', async () => {
    const words = expected();
    expect(new Set(words).size).toBeGreaterThan(1000);
    expect(await runOnHost(program, vectors)).toEqual(words);
    expect(runOnCore(program, vectors, 'virtual-cortex-m4').outputs).toEqual(words);
  });

  it('lies where the host looks for it', () => {
    const places = placesOf(program).map(({ name, offset }) => [name, offset]);
    expect(places).toEqual([
      ['output', 0],
      ['drift', 4],
      ['drift_state', 12],
    ]);
  });

  it('goes on from what was read from a chip', () => {
    const [whole, again] = [new DriftTracker(model), new DriftTracker(model)];
    inputs.slice(0, 99).forEach((input) => whole.push(input));
    again.restore(whole.state());
    inputs.slice(99).forEach((input) => [whole, again].forEach((tracker) => tracker.push(input)));
    expect(again.state()).toEqual(whole.state());
    expect(again.figures(0)).toEqual(whole.figures(0));
  });
});

/** A machine: two axes of a turning shaft's harmonics and noise, whose load wanders. */
const SPEC: SensorSpec = {
  samples: 128,
  axes: 2,
  detrend: 'mean',
  statistics: ['rms', 'difference-rms', 'crest'],
  bands: { fftSize: 128, edges: [1, 8, 24, 65] },
};

type Change = (sample: number, time: number, axis: number) => number;

function machine(windows: number, seed: number, change: Change = (sample) => sample): Int16Array[] {
  const random = new Random(seed);
  let load = 0;
  return Array.from({ length: windows }, (_, window) => {
    load = 0.9 * load + 0.03 * random.normal();
    return Int16Array.from({ length: SPEC.samples * SPEC.axes }, (_, at) => {
      const [time, axis] = [window * SPEC.samples + (at >> 1), at & 1];
      const wave = 700 * Math.sin(time * 0.31 + axis) + 300 * Math.sin(time * 0.93);
      return Math.round(change((1 + load) * wave + 120 * random.normal() + 50, time, axis));
    });
  });
}

function featuresOf(windows: readonly Int16Array[]): Int16Array[] {
  const frontEnd = new SensorFrontEnd(SPEC);
  return windows.map((window) => frontEnd.transform(window).slice());
}

describe('drift of a machine', () => {
  const windows = machine(1500, 1);
  const normal = featuresOf(windows);
  const detector = quadratic(fitMahalanobis(normal));
  const names = { features: featureNames(SPEC), axes: ['0', '1'] };
  const known: DriftModel = fitDrift(watched(detector, normal, windows, SPEC.axes), names);

  /** The window in which drift is first reported, or infinity, and what has moved then. */
  function firstSeen(shifted: readonly Int16Array[]): { window: number; moved: string[] } {
    const tracker = new DriftTracker(known);
    const inputs = watched(detector, featuresOf(shifted), shifted, SPEC.axes);
    const window = inputs.findIndex((input) => tracker.push(input));
    const moved = known.quantities.map(({ name }) => name).filter((_, i) => tracker.moved & (1 << i));
    return { window: window < 0 ? Infinity : window, moved };
  }

  it('is not seen where there is none, in 5,000 windows', () => {
    for (const seed of [2, 3, 4, 5, 6]) expect(firstSeen(machine(1000, seed)).window).toBe(Infinity);
  });

  it.each<[string, number, Change]>([
    ['a gain of 1.3', 48, (sample) => 1.3 * sample],
    ['an offset', 48, (sample) => sample + 100],
    ['an added tone', 48, (sample, time) => sample + 300 * Math.sin(1.4 * time)],
    ['a stuck axis', 48, (sample, _, axis) => (axis === 1 ? 123 : sample)],
  ])('is seen with %s within %i windows', (_, within, change) => {
    for (const seed of [7, 8, 9]) {
      const { window, moved } = firstSeen(machine(100, seed, change));
      expect(window).toBeLessThan(within);
      expect(moved).not.toEqual([]);
    }
  });

  it('names the axis that is stuck, and the mean that has an offset', () => {
    const axis = firstSeen(machine(100, 7, (sample, _, axis) => (axis === 1 ? 123 : sample)));
    expect(axis.moved.every((name) => name === 'score' || name.startsWith('1 '))).toBe(true);
    const offset = firstSeen(machine(100, 7, (sample) => sample + 100));
    expect(offset.moved.every((name) => name.endsWith(' mean'))).toBe(true);
  });

  it('is watched on the chip behind the front end', () => {
    const few = machine(12, 10, (sample) => sample - 900);
    const frontEnd = sensorFrontEnd(new SensorFrontEnd(SPEC).model());
    const { outputs } = runOnCore(
      { name: 'machine', frontEnd, detector, drift: drift(known, SPEC) },
      few,
      'virtual-cortex-m4',
    );
    const tracker = new DriftTracker(known);
    for (const input of watched(detector, featuresOf(few), few, SPEC.axes)) tracker.push(input);
    const state = tracker.state();
    expect([...new Uint8Array(outputs.buffer).slice(-state.length)]).toEqual([...state]);
  });
});
