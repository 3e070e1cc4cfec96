// Detectors on a virtual board: validated step by step, streamed to by serial, their drift read back; all equal to the bit.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CalibrationModel } from '../../base/detector_models.js';
import type { DriftTracker } from '../../base/drift.js';
import { Random } from '../../base/random.js';
import { withLink } from '../../cli/board.js';
import { calibrate, readCalibration } from '../../cli/calibration.js';
import { driftOfBoard, reportOf } from '../../cli/drift.js';
import { Follower, type DetectorModel } from '../../cli/detector_model.js';
import { hostResults } from '../../cli/sensor_listening.js';
import { detectorSubject } from '../../cli/subject.js';
import { findProgram } from '../../device/tools.js';
import { validate, type Validation } from '../../device/validate.js';
import { thresholdCalibration } from '../../trainer/anomaly/calibration.js';
import { fitEwmaChart } from '../../trainer/anomaly/detectors/ewma_chart.js';
import { fitMahalanobis } from '../../trainer/anomaly/detectors/mahalanobis.js';
import { SensorFrontEnd, type SensorSpec } from '../../trainer/sensors/front_end.js';
import { kiln } from '../cli/kiln.js';
import { loaded } from '../detectors/projects.js';
import { atFrames, onBoard, streamed, TIMEOUT_MS } from './detector_boards.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-detector-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPEC: SensorSpec = { samples: 64, axes: 2, detrend: 'mean', statistics: ['rms', 'mad', 'crest'] };

function vibration(samples: number, seed: number, fault: number): Int16Array {
  const random = new Random(seed);
  return Int16Array.from({ length: samples * SPEC.axes }, (_, at) => {
    const time = at >> 1;
    const knock = time % 37 === 0 && time > samples / 2 ? fault : 0;
    return Math.round(600 * Math.sin(0.4 * time + (at & 1)) + 90 * random.normal() + knock);
  });
}

function windowsOf(samples: Int16Array): Int16Array[] {
  const size = SPEC.samples * SPEC.axes;
  return Array.from({ length: Math.floor(samples.length / size) }, (_, i) =>
    samples.subarray(i * size, (i + 1) * size),
  );
}

function vibrationModel(calibration?: CalibrationModel): DetectorModel {
  const frontEnd = new SensorFrontEnd(SPEC);
  const normal = windowsOf(vibration(64 * 150, 1, 0));
  const detector = fitMahalanobis(normal.map((window) => frontEnd.transform(window).slice()));
  const alarm = { raise: 25, clear: 15, confirm: 2, holdOff: 3 };
  return loaded({
    name: 'vibration',
    channels: 2,
    frontEnd: SPEC,
    stride: 32,
    detector,
    alarm,
    normal,
    ...(calibration && { calibration }),
  });
}

function chartModel(): DetectorModel {
  const samples = vibration(400, 2, 0);
  const rows = Array.from({ length: 400 }, (_, i) => samples.subarray(2 * i, 2 * i + 2));
  const detector = fitEwmaChart(rows, { smoothing: 0.1 });
  return loaded({
    name: 'chart',
    channels: 2,
    detector,
    alarm: { raise: 1, clear: 0.7, confirm: 1, holdOff: 0 },
    normal: rows,
  });
}

function validated(port: string, model: DetectorModel, inputs: readonly Int8Array[]): Promise<Validation> {
  const subject = detectorSubject(model);
  return withLink(port, (link) =>
    validate({
      ...{
        link,
        inputs,
        modelHash: subject.hash,
        expected: subject.expected(inputs),
        stateful: true,
        timeoutMs: TIMEOUT_MS,
      },
      ...{ afterReset: subject.afterReset, viewOf: (plan) => subject.viewOf(inputs, plan) },
    }),
  );
}

/** `kiln monitor` of a recording, for machines; and the metrics that it left. */
async function monitor(model: DetectorModel, samples: Int16Array, ...args: string[]) {
  const file = (name: string) => join(folder, name);
  writeFileSync(file('detector.json'), model.bytes);
  const rows = Array.from({ length: samples.length / 2 }, (_, i) => `${samples[2 * i]},${samples[2 * i + 1]}`);
  writeFileSync(file('machine.csv'), ['axis 0,axis 1', ...rows].join('\n'));
  const files = [file('machine.csv'), '--model', file('detector.json'), '--prometheus', file('machine.prom')];
  const { code, out, err } = await kiln('monitor', ...files, '--json', ...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return { lines: out.trim().split('\n'), metrics: readFileSync(file('machine.prom'), 'utf8') };
}

function inputsOf(samples: Int16Array): Int8Array[] {
  return windowsOf(samples).map((window) => new Int8Array(Int16Array.from(window).buffer));
}

const ready = findProgram('arm-none-eabi-gcc') && findProgram('qemu-system-arm') && findProgram('cmake');

describe.skipIf(!ready)('detectors on a board', { timeout: 60_000 }, () => {
  it('take a recording by serial: every score, every alarm and the drift are those of the host', async () => {
    const model = vibrationModel();
    const samples = vibration(64 * 40, 3, 6000);
    const [results, report, monitored] = await onBoard(folder, 'virtual-stm32f405', model, async (port) => [
      await streamed(port, model, samples),
      await withLink(port, (link) => driftOfBoard(model, link, TIMEOUT_MS)),
      await monitor(model, samples, '--port', port),
    ]);
    expect(monitored).toEqual(await monitor(model, samples));
    expect(monitored.lines.map((line) => (JSON.parse(line) as { alarm: boolean }).alarm)).toEqual(
      results.map(({ alarm }) => alarm),
    );
    expect(monitored.metrics).toContain(`tinykiln_windows_total{model="${model.hash}"} ${results.length}\n`);
    expect(monitored.metrics).toMatch(/^tinykiln_alarms_total\{.*\} [1-9]/m);
    expect(results).toEqual([...hostResults(model, samples)]);
    expect(results.some(({ alarm }) => alarm)).toBe(true);
    expect(results[0]!.alarm).toBe(false);
    expect(report).toEqual(reportOf(model, trackedTo(model, samples)));
    expect(report.windows).toBe(results.length);
  });

  it('keep what a calibration found, through resets and validations', async () => {
    const model = vibrationModel(thresholdCalibration(20, 0.1));
    const samples = vibration(64 * 16, 6, 0);
    const host = new Follower(model);
    for (let at = 0; at + 128 <= samples.length; at += 64) host.push(samples.subarray(at, at + 128));
    await onBoard(folder, 'virtual-stm32f405', model, async (port) => {
      const options = { samples, onProgress: () => {}, signal: new AbortController().signal };
      const found = await atFrames(port, (client) => calibrate(client, model, options));
      expect(found).toMatchObject({ seen: 20, threshold: { raise: host.kept[1]! / 256 } });
      const inputs = inputsOf(samples).slice(0, 3);
      expect(await validated(port, model, inputs)).toMatchObject({ equal: 3 });
      expect(await atFrames(port, (client) => readCalibration(client, model))).toEqual(found);
    });
  });

  it('give a result for each sample of a chart, on a Cortex-M3 with 8 KiB of RAM', async () => {
    const model = chartModel();
    const samples = vibration(300, 4, 4000);
    const results = await onBoard(folder, 'virtual-stm32f100', model, (port) => streamed(port, model, samples));
    expect(results).toHaveLength(300);
    expect(results).toEqual([...hostResults(model, samples)]);
  });

  it('are validated; the first step that is wrong is named', async () => {
    const model = vibrationModel();
    const inputs = inputsOf(vibration(64 * 6, 5, 6000));
    const wrong = (source: string) =>
      source.replace(/(static const int16_t detector_centres\[\d+\] = \{\s*)(-?\d+)/, '$1 900 + $2');
    const spoiled = await onBoard(folder, 'virtual-stm32f405', model, (port) => validated(port, model, inputs), wrong);
    expect(spoiled.equal).toBeLessThan(6);
    expect(spoiled.layer).toMatchObject({ layer: 'detector', opcode: 'tk_quadratic', tensor: 'output' });
  });
});

function trackedTo(model: DetectorModel, samples: Int16Array): DriftTracker {
  const follower = new Follower(model);
  const [size, step] = [SPEC.samples * SPEC.axes, model.file.stride * SPEC.axes];
  for (let at = 0; at + size <= samples.length; at += step) follower.push(samples.subarray(at, at + size));
  return follower.tracker!;
}
