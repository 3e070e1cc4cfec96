// What a stream of posteriors is taken for.
import { describe, expect, it } from 'vitest';
import { Detector } from '../../trainer/detection/detector.js';
import { EnergyGate } from '../../trainer/detection/energy_gate.js';
import { NEVER, type DetectionSpec } from '../../trainer/detection/spec.js';

const SPEC: DetectionSpec = {
  ...{ smoothing: 3, thresholds: [NEVER, 150, 180], refractory: 4 },
  gate: { level: 100, hold: 1 },
};

/** Posteriors in 1/256. */
const int8 = (values: number[]) => Int8Array.from(values, (value) => value - 128);

function detections(spec: DetectionSpec, steps: (number[] | undefined)[]) {
  const detector = new Detector(spec);
  return steps.map((step) => detector.push(step && int8(step))).filter((found) => found !== undefined);
}

describe('Detector', () => {
  it('detects where the mean reaches the threshold, and not before', () => {
    expect(
      detections(SPEC, [
        [0, 200, 0],
        [0, 200, 0],
        [0, 49, 0],
      ]),
    ).toEqual([]);
    expect(
      detections(SPEC, [
        [0, 200, 0],
        [0, 200, 0],
        [0, 50, 0],
      ]),
    ).toEqual([{ step: 2, keyword: 1, score: 450 }]);
  });

  it('takes the strongest of those that reach their own thresholds, the first of equals', () => {
    const one = { ...SPEC, smoothing: 1 };
    expect(detections(one, [[255, 170, 179]])).toEqual([{ step: 0, keyword: 1, score: 170 }]);
    expect(detections(one, [[255, 170, 180]])).toEqual([{ step: 0, keyword: 2, score: 180 }]);
    expect(detections(one, [[0, 190, 190]])).toEqual([{ step: 0, keyword: 1, score: 190 }]);
  });

  it('is quiet for the refractory time, and has forgotten what was before', () => {
    const steps = Array.from({ length: 12 }, () => [0, 250, 0]);
    expect(detections(SPEC, steps).map(({ step }) => step)).toEqual([1, 6, 11]);
  });

  it('counts a step without posteriors as nothing heard', () => {
    const steps = [[0, 250, 0], undefined, [0, 199, 0], undefined];
    expect(detections(SPEC, steps)).toEqual([]);
    expect(detections(SPEC, [[0, 250, 0], undefined, [0, 200, 0]])).toEqual([{ step: 2, keyword: 1, score: 450 }]);
  });

  it('starts anew at a reset', () => {
    const detector = new Detector(SPEC);
    const heard = () => [0, 1, 2].map(() => detector.push(int8([0, 250, 0])));
    const first = heard();
    detector.reset();
    expect(heard()).toEqual(first);
  });

  it.each([
    [{ smoothing: 0 }, 'detection.smoothing: 0. Give a whole number from 1 to 64.'],
    [{ thresholds: [NEVER, 0] }, 'detection.thresholds.1: 0'],
    [{ thresholds: [NEVER] }, 'detection.thresholds: no class can be detected'],
    [{ refractory: 1.5 }, 'detection.refractory: 1.5'],
    [{ gate: { level: 2 ** 31, hold: 0 } }, 'detection.gate.level: 2147483648'],
    [{ gate: { level: 0, hold: -1 } }, 'detection.gate.hold: -1'],
  ])('refuses %o', (change, message) => {
    expect(() => new Detector({ ...SPEC, ...change })).toThrow(message);
  });

  it('refuses posteriors of other classes', () => {
    expect(() => detections(SPEC, [[0, 0]])).toThrow('2 posteriors for 3 thresholds');
  });
});

describe('EnergyGate', () => {
  const alternating = (level: number, offset = 0) =>
    Int16Array.from({ length: 100 }, (_, i) => offset + (i % 2 ? level : -level));
  const opened = (gate: EnergyGate, steps: Int16Array[]) =>
    steps.map((samples) => {
      gate.listen(samples);
      return gate.step();
    });

  it('opens at its level of variance, whatever the offset', () => {
    const gate = new EnergyGate({ level: 100, hold: 0 });
    expect(opened(gate, [alternating(9), alternating(10), alternating(9, 5000), alternating(10, 5000)])).toEqual([
      ...[false, true, false, true],
    ]);
  });

  it('stays open for as long as it is told', () => {
    const gate = new EnergyGate({ level: 100, hold: 2 });
    expect(
      opened(
        gate,
        [10, 0, 0, 0, 10, 0].map((level) => alternating(level)),
      ),
    ).toEqual([...[true, true, true, false, true, true]]);
  });

  it('is always open at level 0', () => {
    expect(opened(new EnergyGate({ level: 0, hold: 0 }), [new Int16Array(0), alternating(0)])).toEqual([true, true]);
  });
});
