// The detectors on other people's recordings, by their protocols, with the integers that ship. Settings were chosen on the
// developers' part: SKAB's 26 files, NAB's 36 series; the fan's by five-fold cross-validation of train against val.
import { describe, expect, it } from 'vitest';
import { alarm } from '../../converter/detectors/alarm.js';
import { ewmaChart } from '../../converter/detectors/ewma_chart.js';
import { scoreAll } from '../../converter/detectors/detector.js';
import { quadratic } from '../../converter/detectors/quadratic.js';
import { record } from '../../converter/detectors/record.js';
import { sensorFrontEnd } from '../../converter/detectors/sensor_front_end.js';
import type { DetectorProgram } from '../../converter/detectors/program.js';
import { fitEwmaChart } from '../../trainer/anomaly/detectors/ewma_chart.js';
import { fitGaussianMixture } from '../../trainer/anomaly/detectors/gaussian_mixture.js';
import { bestThreshold, learningRows, NAB_PROFILES } from '../../trainer/anomaly/metrics/nab.js';
import { auc } from '../../trainer/anomaly/metrics/roc.js';
import { evaluateOutliers, SKAB } from '../../trainer/anomaly/metrics/skab.js';
import { quantile } from '../../trainer/anomaly/quantile.js';
import { SensorFrontEnd } from '../../trainer/sensors/front_end.js';
import { outputsOf, runOnCore, runOnHost, type Input } from './compiled.js';
import { fanFrames, labelledSeries, pumpExperiments, unpacked } from './recordings.js';

const CORE = 'virtual-cortex-m4';

/** The same scores from C, on the host and on a Cortex-M4, within a budget of bytes. */
async function expectSameInC(
  program: DetectorProgram,
  inputs: readonly Input[],
  scores: Int32Array,
  budget: { ram: number; flash: number },
): Promise<void> {
  expect(await runOnHost(program, inputs)).toEqual(scores);
  const { outputs, bench } = runOnCore(program, inputs, CORE);
  expect(outputs).toEqual(scores);
  const { ram, flash, stackBound } = bench;
  expect(ram + stackBound.bytes).toBeLessThan(budget.ram);
  expect(flash).toBeLessThan(budget.flash);
}

const pump = unpacked('skab', 'data.tar.zst');

describe.skipIf(!pump)('the pump of SKAB: control charts', () => {
  /** Temperatures wander with the room. */
  const OPTIONS = { smoothing: 0.1, coverage: 0.95, limit: 6, ignore: [4, 5] };
  const THRESHOLD = { quantile: 0.9, factor: 3, clear: 0.7 };
  const experiments = pump ? pumpExperiments(pump, SKAB.trainingRows) : [];

  /** Fitted to the first rows, with the threshold that they give. */
  function programOf(samples: readonly Int16Array[]): DetectorProgram {
    const training = samples.slice(0, SKAB.trainingRows);
    const detector = ewmaChart(fitEwmaChart(training, OPTIONS));
    const scores = scoreAll(detector, training);
    const raise = (quantile(scores, THRESHOLD.quantile) * THRESHOLD.factor) / 2 ** detector.scoreBits;
    const decision = alarm({ raise, clear: raise * THRESHOLD.clear, confirm: 1, holdOff: 0 }, detector);
    return { name: 'pump', detector, alarm: decision };
  }

  it('reaches F1 0.85 at 13 % false and 18 % missed alarms', () => {
    const recordings = experiments.map(({ samples, anomaly }) => {
      const outputs = outputsOf(programOf(samples), samples);
      return { predicted: outputs.filter((_, i) => i % 2 === 1), anomaly };
    });
    const { f1, falseAlarmRate, missedAlarmRate } = evaluateOutliers(recordings);
    expect(f1).toBeGreaterThan(0.85);
    expect(falseAlarmRate).toBeLessThan(0.13);
    expect(missedAlarmRate).toBeLessThan(0.18);
  });

  it('computes the same on the chip', async () => {
    const { samples } = experiments[0]!;
    const program = programOf(samples);
    await expectSameInC(program, samples, outputsOf(program, samples), { ram: 1024, flash: 2048 });
  });
});

const fan = unpacked('ceiling-fan', 'frames.tar.zst');

describe.skipIf(!fan)('the ceiling fan at all speeds: a Gaussian mixture of vibration', () => {
  const frontEnd = new SensorFrontEnd({
    samples: 200,
    axes: 3,
    detrend: 'mean',
    statistics: ['rms', 'difference-rms'],
    differenceLag: 4,
  });
  const frames = fan ? fanFrames(fan) : [];
  const features = frames.map(({ window }) => frontEnd.transform(window).slice());
  const train = features.filter((_, i) => frames[i]!.split === 'train');
  const detector = fan
    ? quadratic(fitGaussianMixture(train, { components: 32, seed: 2, shrinkage: 0.02, regularisation: 1e-4 }))
    : undefined;

  it('reaches an AUC of 0.98 on the test part', () => {
    const test = features.filter((_, i) => frames[i]!.split === 'test');
    const labels = frames.filter(({ split }) => split === 'test').map(({ anomaly }) => anomaly);
    expect(auc(scoreAll(detector!, test), labels)).toBeGreaterThan(0.98);
  });

  it('computes the same on the chip, from samples to scores', async () => {
    const one = frames.map(({ group }, i) => (group === 'fan_0_med_1_weight' ? i : -1)).filter((i) => i >= 0);
    const program = { name: 'fan', frontEnd: sensorFrontEnd(frontEnd.model()), detector: detector! };
    const windows = one.map((i) => frames[i]!.window);
    const scores = scoreAll(
      detector!,
      one.map((i) => features[i]!),
    );
    await expectSameInC(program, windows, scores, { ram: 8192, flash: 16384 });
  });
});

const series = unpacked('nab', 'data.tar.zst');

describe.skipIf(!series)('the series of NAB: records', () => {
  const detector = record({
    kind: 'record',
    warmUp: 64,
    fastBits: 4,
    slowBits: 8,
    changeBits: 5,
    bandWeight: 0.5,
    changeWeight: 1,
    holdOff: 16,
  });
  const all = series ? labelledSeries(series, learningRows) : [];

  it('reaches 68 in the standard profile', () => {
    const windowed = all.map(({ samples, windows }) => ({
      scores: scoreAll(detector, samples),
      windows,
      ignoredRows: learningRows(samples.length),
    }));
    const best = bestThreshold(windowed, NAB_PROFILES.standard);
    expect(best.score).toBeGreaterThan(68);
  });

  it('computes the same on the chip', async () => {
    const { samples } = all.find(({ name }) => name.includes('ec2_request_latency'))!;
    await expectSameInC({ name: 'series', detector }, samples, scoreAll(detector, samples), { ram: 1024, flash: 4096 });
  });
});
