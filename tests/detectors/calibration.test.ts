// Calibration on a new machine: host and chip find the same to the bit, and it does what it is for.
import { describe, expect, it } from 'vitest';
import { Follower } from '../../cli/detector_model.js';
import { fitMahalanobis } from '../../trainer/anomaly/detectors/mahalanobis.js';
import { statisticsCalibration, thresholdCalibration } from '../../trainer/anomaly/calibration.js';
import { FEATURES, normalVectors, wildVectors } from './cases.js';
import { runOnCore, runOnHost } from './compiled.js';
import { loaded, type DetectorProject } from './projects.js';

const train = normalVectors(400, 1);
/** The same machine mounted otherwise: all is higher, and half as wide. */
const other = normalVectors(300, 2).map((vector) => vector.map((value, i) => value / 2 + 2000 + 100 * i));
const alarm = { raise: 30, clear: 20, confirm: 1, holdOff: 2 };
const base = { channels: FEATURES, detector: fitMahalanobis(train), alarm };

const PROJECTS: DetectorProject[] = [
  { name: 'threshold', ...base, calibration: thresholdCalibration(100, 0.05, 1.5) },
  { name: 'statistics', ...base, calibration: statisticsCalibration(100, train) },
];

describe('calibration', () => {
  const vectors = [...other, ...wildVectors(60, 3), ...other.slice(0, 40)];

  it.each(PROJECTS)('by $name is the same on the host, in C and on the chip', async (project) => {
    const model = loaded(project);
    const follower = new Follower(model);
    const steps = vectors.map((vector) => follower.push(vector));
    const expected = Int32Array.from(steps.flatMap(({ scores, alarm: raised }) => [scores[0]!, raised ? 1 : 0]));
    expect(new Set(expected).size).toBeGreaterThan(20);
    expect(await runOnHost(model.program, vectors)).toEqual(expected);
    expect(runOnCore(model.program, vectors, 'virtual-cortex-m4').outputs).toEqual(expected);
  });

  it('of the threshold holds false alarms down where the trained threshold does not', () => {
    const rates = [PROJECTS[0]!, { ...PROJECTS[0]!, calibration: undefined }].map(({ calibration, ...project }) => {
      const follower = new Follower(loaded({ ...project, ...(calibration && { calibration }) }));
      return other.map((vector) => follower.push(vector)).filter((step) => step.alarm).length / other.length;
    });
    expect(rates[0]).toBeLessThan(0.05);
    expect(rates[1]).toBeGreaterThan(0.9);
  });

  it('of statistics gives scores as in training', () => {
    const follower = new Follower(loaded(PROJECTS[1]!));
    const scores = other.map((vector) => follower.push(vector).scores[0]! / 256);
    const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
    expect(median(scores.slice(0, 100))).toBeGreaterThan(1000);
    expect(median(scores.slice(100))).toBeLessThan(15);
  });

  it('takes the rank that keeps the share of false alarms', () => {
    expect(thresholdCalibration(99, 0.05)).toMatchObject({ windows: 99, rank: 5 });
    expect(thresholdCalibration(9, 0.01)).toMatchObject({ rank: 1 });
  });

  it('refuses a rank beyond the windows, and statistics of other features', () => {
    const calibration = { ...thresholdCalibration(3, 0.5), rank: 4 };
    expect(() => loaded({ name: 'x', ...base, calibration })).toThrow('`calibration.rank` is 4 of 3 windows');
    const few = statisticsCalibration(9, [Int16Array.of(1), Int16Array.of(2)]);
    expect(() => loaded({ name: 'x', ...base, calibration: few })).toThrow(
      '`calibration.features` are 1, and 4 are made',
    );
  });
});
