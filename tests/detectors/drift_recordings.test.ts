// Drift on other people's recordings: how soon a shifted sensor is seen, and whether one that is not shifted is left in peace.
// Takes a while: run with KILN_DRIFT_RECORDINGS=1, which prints the figures of docs/drift.md.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { axisMeans, DriftTracker, type DriftInput } from '../../base/drift.js';
import { scoreAll, type Detector } from '../../converter/detectors/detector.js';
import { detectorOf } from '../../converter/detectors/table.js';
import { fitEwmaChart } from '../../trainer/anomaly/detectors/ewma_chart.js';
import { fitMahalanobis } from '../../trainer/anomaly/detectors/mahalanobis.js';
import { fitDrift } from '../../trainer/anomaly/drift.js';
import { scaleOf, toInt16 } from '../../trainer/sensors/scale.js';
import { featureNames, SensorFrontEnd, type SensorSpec } from '../../trainer/sensors/front_end.js';
import { fanFrames, table, unpacked } from './recordings.js';

const asked = process.env['KILN_DRIFT_RECORDINGS'] !== undefined;
const int16 = (value: number) => Math.max(-32768, Math.min(32767, Math.round(value)));

/** A window and what becomes of it: from a sample, its time in samples, its axis. */
type Change = (sample: number, time: number, axis: number) => number;

function shifted(windows: readonly Int16Array[], axes: number, change: Change): Int16Array[] {
  return windows.map((window, w) =>
    window.map((sample, i) => int16(change(sample, (w * window.length + i) / axes, i % axes))),
  );
}

/** Makes what is watched of windows. */
function watcher(detector: Detector, axes: number, features: (window: Int16Array) => Int16Array) {
  return (windows: readonly Int16Array[]): DriftInput[] => {
    const all = windows.map((window) => features(window).slice());
    const scores = scoreAll(detector, all);
    return all.map((vector, i) => ({ features: vector, score: scores[i]!, means: axisMeans(windows[i]!, axes) }));
  };
}

const seenAt = (tracker: DriftTracker, inputs: readonly DriftInput[]) =>
  inputs.findIndex((input) => tracker.push(input));

const fan = asked ? unpacked('ceiling-fan', 'frames.tar.zst') : undefined;

describe.skipIf(!fan)('the ceiling fan, recording by recording', () => {
  const spec: SensorSpec = {
    samples: 200,
    axes: 3,
    detrend: 'mean',
    statistics: ['rms', 'difference-rms'],
    differenceLag: 4,
  };
  const frontEnd = new SensorFrontEnd(spec);
  const frames = fan ? fanFrames(fan).filter(({ anomaly }) => anomaly === 0) : [];
  /** 2,048 steps are 1 g. */
  const changes: Record<string, Change> = {
    nothing: (sample) => sample,
    'a gain of 1.3': (sample) => 1.3 * sample,
    'an offset of 0.05 g': (sample) => sample + 102,
    'a tone of 0.02 g': (sample, time) => sample + 41 * Math.sin(0.9 * time),
    'a stuck axis': (sample, _, axis) => (axis === 1 ? 7 : sample),
  };

  it.each([...new Set(frames.map(({ group }) => group))])('%s', (group) => {
    const of = (split: string) =>
      frames.filter((f) => f.group === group && f.split === split).map(({ window }) => window);
    const train = of('train');
    const detector = detectorOf(fitMahalanobis(train.map((window) => frontEnd.transform(window).slice())), 6);
    const watch = watcher(detector, 3, (window) => frontEnd.transform(window));
    const model = fitDrift(watch(train), { features: featureNames(spec), axes: ['x', 'y', 'z'] });
    const figures = Object.entries(changes).map(([name, change]) => {
      const tracker = new DriftTracker(model);
      const at = seenAt(tracker, watch(shifted(of('test'), 3, change)));
      return `${name}: ${at < 0 ? '-' : at + 1} of ${of('test').length} (${model.quantities.map((q) => q.name).filter((_, i) => tracker.moved & (1 << i))})`;
    });
    process.stdout.write(`${group}: ${figures.join('; ')}\n`);
    expect(figures).toHaveLength(5);
  });
});

const pump = asked ? unpacked('skab', 'data.tar.zst') : undefined;

describe.skipIf(!pump)("SKAB's pump without anomalies", () => {
  it('channel by channel', () => {
    const rows = table(join(pump!, 'anomaly-free/anomaly-free.csv'), ';');
    const names = Object.keys(rows[0]!).filter((name) => !['datetime', 'anomaly', 'changepoint'].includes(name));
    const columns = names.map((name) => rows.map((row) => Number(row[name])));
    const scaled = columns.map((values) => toInt16(values, scaleOf(values.slice(0, 5000), 2048)));
    const samples = rows.map((_, i) => Int16Array.from(scaled, (column) => column[i]!));
    const train = samples.slice(0, 5000);
    const watch = watcher(detectorOf(fitEwmaChart(train, { smoothing: 0.1 }), 8), 8, (sample) => sample);
    const model = fitDrift(watch(train), { features: names, axes: [] });
    const test = samples.slice(5000);
    const spread = model.quantities.map((quantity) => quantity.spread);
    const changes: Record<string, Change> = {
      nothing: (sample) => sample,
      'a gain of 1.5 about its mean': (sample, _, axis) =>
        axis !== 2 ? sample : model.quantities[2]!.mean + 1.5 * (sample - model.quantities[2]!.mean),
      'an offset of 3 spreads of the current': (sample, _, axis) => (axis === 2 ? sample + 3 * spread[2]! : sample),
      'a tone of 3 spreads on the vibration': (sample, time, axis) =>
        axis === 0 ? sample + 3 * spread[0]! * Math.sin(time) : sample,
      'stuck vibration': (sample, _, axis) => (axis === 0 ? 5 : sample),
    };
    for (const [name, change] of Object.entries(changes)) {
      const tracker = new DriftTracker(model);
      const at = seenAt(tracker, watch(shifted(test, 8, change)));
      process.stdout.write(
        `${name}: ${at < 0 ? '-' : at + 1} of ${test.length} (${model.quantities.map((q) => q.name).filter((_, i) => tracker.moved & (1 << i))})\n`,
      );
    }
    expect(model.quantities).toHaveLength(9);
  });
});
