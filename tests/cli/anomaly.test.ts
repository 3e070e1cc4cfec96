// A project of `task: anomaly` by the commands: made, trained, judged, and its detectors compared on a core.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DriftTracker } from '../../base/drift.js';
import { candidates, compareDetector } from '../../cli/anomaly/comparison.js';
import type { AnomalyConfig } from '../../cli/anomaly/config.js';
import { loadSensorData } from '../../cli/anomaly/data.js';
import { loadConfig, parseConfig } from '../../cli/config.js';
import { readDetectorModel } from '../../cli/detector_model.js';
import { reportOf } from '../../cli/drift.js';
import { pathsOf } from '../../cli/project.js';
import { createReporter } from '../../cli/reporter.js';
import type { RunRecord } from '../../cli/runs.js';
import { loadBenchTarget } from '../../firmware-templates/index.js';
import { readDetectorFile } from '../../trainer/anomaly/detector_file.js';
import { kiln } from './kiln.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tinykiln-anomaly-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const SMALL = `name: small
task: anomaly
data: { source: synthetic-vibration, machines: 1, speeds: [25, 33], loads: [1], recordings: 4, seconds: 3, faults: [imbalance] }
frontend: { samples: 256, statistics: [rms, kurtosis], bands: [10, 40, 100, 400] }
detector: { kind: mahalanobis }
threshold: { conformal: 0.05 }
card: { intent: For pumps. }
`;

const write = (text: string) => writeFileSync(join(folder, 'kiln.yaml'), text);

/** Runs, card and page of the detector that was just trained and judged. */
async function expectRecorded(hash: string): Promise<void> {
  const { runs } = JSON.parse((await kiln('runs', '-C', folder, '--json')).out) as { runs: RunRecord[] };
  expect(runs.map(({ command }) => command)).toEqual(['train', 'train', 'evaluate']);
  const { metrics, intervals, data, artefacts } = runs[2]!;
  expect(metrics.auc).toBeGreaterThan(0.9);
  expect(intervals!.auc![0]).toBeLessThanOrEqual(metrics.auc!);
  expect(intervals!.falseAlarms![1]).toBeGreaterThan(metrics.falseAlarms!);
  expect(data).toMatch(/^[0-9a-f]{64}$/);
  expect(Object.keys(artefacts)).toEqual(['detector.json', 'fit.json', 'evaluation.json']);
  writeDrift(hash);
  expect((await kiln('report', '-C', folder, '--no-count')).code).toBe(0);
  const page = readFileSync(pathsOf(folder).report, 'utf8');
  for (const shown of ['scores of machine1', 'ROC curve', 'imbalance', 'drift in 9 windows', 'not yet'])
    expect(page).toContain(shown);
  expect(page).toContain('<code>kiln build</code>');
  expect((await kiln('card', '-C', folder)).code).toBe(0);
  const card = readFileSync(pathsOf(folder).card, 'utf8');
  for (const said of [
    'For pumps.',
    'mahalanobis, integers',
    'bootstrap over recordings',
    '### By machine',
    '### By fault',
  ])
    expect(card).toContain(said);
  expect(card).toContain('No board has been shown to compute what the host computes.');
}

/** As `kiln drift --json` says it of the training's own windows. */
function writeDrift(hash: string): void {
  const model = readDetectorModel(pathsOf(folder).detector);
  expect(model.hash).toBe(hash);
  const tracker = new DriftTracker(model.file.drift!);
  const features = new Int16Array(model.file.features.length);
  for (let window = 0; window < 9; window++) tracker.push({ features, score: 0, means: [0, 0, 0] });
  writeFileSync(pathsOf(folder).drift, JSON.stringify(reportOf(model, tracker)));
}

describe('a project of sensors', () => {
  it('is made with `kiln init anomaly`', async () => {
    expect((await kiln('init', 'anomaly', '-C', folder, '--name', 'pump')).code).toBe(0);
    expect(loadConfig(folder)).toMatchObject({ name: 'pump', task: 'anomaly' });
  });

  it('is trained and judged, the same each time', async () => {
    write(SMALL);
    const first = await kiln('train', '-C', folder, '--json');
    expect(first.code).toBe(0);
    const { hash, model } = JSON.parse(first.out) as { hash: string; model: string };
    expect((JSON.parse((await kiln('train', '-C', folder, '--json')).out) as { hash: string }).hash).toBe(hash);
    expect(readDetectorFile(model)).toMatchObject({ name: 'small', detector: { kind: 'quadratic' }, stride: 128 });
    const judged = await kiln('evaluate', '-C', folder, '--json');
    expect(judged.code).toBe(0);
    const { ranking, events } = JSON.parse(judged.out) as {
      ranking: { auc: number };
      events: { normalHours: number };
    };
    expect(ranking.auc).toBeGreaterThan(0.9);
    expect(events.normalHours).toBeGreaterThan(0);
    await expectRecorded(hash);
  });

  it('misses its budget with exit code 1', async () => {
    write(`${SMALL}budget: { f1: 1, recall: 1, falseAlarmsPerDay: 0 }\n`.replace('0.05', '0.2'));
    await kiln('train', '-C', folder, '--json');
    expect((await kiln('evaluate', '-C', folder)).code).toBe(1);
  });

  it('is refused by what is for classification', async () => {
    write(SMALL);
    const { code, err } = await kiln('convert', '-C', folder);
    expect(code).toBe(2);
    expect(err).toContain('this command is not for `anomaly`');
  });

  it('says which bands a window cannot tell apart', async () => {
    write(SMALL.replace('[10, 40, 100, 400]', '[10, 12, 400]'));
    const { code, err } = await kiln('train', '-C', folder);
    expect(code).toBe(2);
    expect(err).toContain('from 10 to 12 Hz is less than 6.25 Hz');
  });
});

describe('kiln compare', () => {
  it('judges a detector by the integers of a core, and knows those that suit the data', async () => {
    const config = parseConfig(SMALL.replace('mahalanobis', 'naive-bayes'), 'kiln.yaml') as AnomalyConfig;
    const reporter = createReporter({ stdout: process.stdout, stderr: process.stderr, env: {} }, true);
    const project = { folder, config, paths: pathsOf(folder) };
    const context = { reporter: { ...reporter, notice: () => {} }, cwd: folder };
    const data = await loadSensorData(project, {}, context as unknown as Parameters<typeof loadSensorData>[2]);
    const kinds = candidates(config, data).map(({ kind }) => kind);
    expect(kinds[0]).toBe('naive-bayes');
    expect(kinds).toEqual(expect.arrayContaining(['pca', 'autoencoder', 'random-forest', 'neural-network']));
    expect(new Set(kinds).size).toBe(kinds.length);
    const { cost, chosen, supervised } = await compareDetector(
      config,
      config.detector,
      data,
      loadBenchTarget('virtual-cortex-m4'),
    );
    expect({ chosen, supervised }).toEqual({ chosen: true, supervised: true });
    expect(cost.equal).toBe(cost.vectors);
    expect(cost.detector).toBeLessThan(cost.frontEnd);
  });
});
