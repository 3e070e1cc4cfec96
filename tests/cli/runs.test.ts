import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../base/files.js';
import { openProject } from '../../cli/project.js';
import { findRun, listRuns, pruneRuns, recordRun } from '../../cli/runs.js';
import { kiln } from './kiln.js';

const folder = mkdtempSync(join(tmpdir(), 'kiln-runs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const runs = join(folder, '.kiln', 'runs');
const config = (epochs: number) =>
  `name: doorbell\ndata: { source: synthetic, path: data }\ntrain: { epochs: ${epochs}, seed: 7 }\n`;
const epoch = { epoch: 1, loss: 1, valLoss: 1, accuracy: 0.5, valAccuracy: 0.75 };

const rates = { falseRejects: 0.08, falseAccepts: 0.5 };
/** As `kiln evaluate` writes it. */
const KEYWORDS = {
  kind: 'keywords',
  clips: { examples: 100, accuracy: 0.9, interval: [0.85, 0.94], speakers: [] },
  streams: { test: { seconds: 60, keywords: 20, points: [] } },
  chosen: {
    ...{ limit: 0.5, thresholds: { yes: 200 } },
    test: { ...rates, intervals: { falseRejects: [0.05, 0.12], falseAccepts: [0, 3] } },
  },
};

function trained(valAccuracy: number, epochs = 10) {
  writeFileSync(join(folder, 'kiln.yaml'), config(epochs));
  mkdirSync(join(folder, 'build', 'train'), { recursive: true });
  const best = { ...epoch, valAccuracy };
  const record = { sha256: 'ab', parameters: 1000, macs: 5000, backend: 'wasm', history: [best], best };
  writeFileSync(join(folder, 'build', 'training.json'), JSON.stringify(record));
  writeFileSync(join(folder, 'build', 'train', 'weights.bin'), 'weights');
  return openProject(folder);
}

const record = (valAccuracy: number, day: number, epochs?: number) =>
  recordRun(trained(valAccuracy, epochs), { command: 'train', verified: 'not yet' }, new Date(Date.UTC(2026, 0, day)));

beforeEach(() => rmSync(runs, { recursive: true, force: true }));

describe('runs', () => {
  it('keep config, seed, versions, figures and artefacts with their hashes', async () => {
    const id = record(0.875, 2);
    const { code, out } = await kiln('runs', 'show', id.slice(-6), '-C', folder, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      id,
      seed: 7,
      config: { name: 'doorbell', train: { epochs: 10 } },
      metrics: { valAccuracy: 0.875, epochs: 1, parameters: 1000, macs: 5000 },
      versions: { node: process.version },
      artefacts: { 'weights.bin': { bytes: 7 } },
    });
    expect(readFileSync(join(runs, id, 'weights.bin'), 'utf8')).toBe('weights');
  });

  it('are listed in their order, and pruned from the oldest on', async () => {
    const ids = [record(0.5, 3), record(0.6, 1), record(0.7, 2)];
    const order = [ids[1], ids[2], ids[0]];
    expect(listRuns(runs).map(({ id }) => id)).toEqual(order);
    expect((await kiln('runs', '-C', folder)).out.match(/\d{8}T\d{6}-\w{6}/g)).toEqual(order);
    expect((await kiln('runs', 'prune', '-C', folder)).code).toBe(2);
    expect((await kiln('runs', 'prune', '--keep', '1', '-C', folder)).out).toContain('2 runs deleted');
    expect(readdirSync(runs)).toEqual([ids[0]]);
  });

  it('of the same second are two', () => {
    expect(record(0.5, 1)).not.toBe(record(0.5, 1));
    expect(listRuns(runs)).toHaveLength(2);
  });

  it('that were not recorded whole are no runs, and are removed when they are old', () => {
    const id = record(0.5, 1);
    const left = join(runs, '.20260101T000000-abcdef.tmp');
    mkdirSync(left);
    mkdirSync(join(runs, 'notes'));
    expect(listRuns(runs)).toHaveLength(1);
    pruneRuns(runs, 5);
    expect(existsSync(left)).toBe(true);
    utimesSync(left, 0, 0);
    pruneRuns(runs, 5);
    expect(readdirSync(runs)).toEqual([id, 'notes']);
  });

  it('have what `kiln evaluate` found of their model, with its intervals, and nothing of another', async () => {
    const project = trained(0.5);
    const model = 'a model';
    writeFileSync(project.paths.model, model);
    const evaluated = (hash: string) => {
      writeFileSync(project.paths.evaluation, JSON.stringify({ ...KEYWORDS, model: hash.slice(0, 16) }));
      return findRun(runs, recordRun(project, { command: 'evaluate', verified: 'not yet' }));
    };
    const own = evaluated(sha256(model));
    expect(own.metrics).toMatchObject({ clipAccuracy: 0.9, falseRejects: 0.08, falseAccepts: 0.5 });
    expect(own.intervals).toMatchObject({ clipAccuracy: [0.85, 0.94], falseRejects: [0.05, 0.12] });
    expect(Object.keys(own.artefacts)).toContain('evaluation.json');
    expect((await kiln('runs', '-C', folder)).out).toContain('8.00 %');
    expect((await kiln('runs', 'show', own.id, '-C', folder)).out).toContain('8.00 % (5.00 % to 12.00 %)');
    expect(evaluated(sha256('another')).metrics).not.toHaveProperty('falseRejects');
    rmSync(project.paths.model);
  });

  it('are found by an end that only one has', () => {
    const id = record(0.5, 1);
    record(0.6, 2);
    expect(findRun(runs, id.slice(-6)).id).toBe(id);
    expect(findRun(runs, 'latest').metrics.valAccuracy).toBe(0.6);
    expect(() => findRun(runs, '')).toThrow(/is 2 runs/);
    expect(() => findRun(runs, 'zzz')).toThrow(/there is no run zzz.*The last are/);
  });

  it('with a file that is no record name it', async () => {
    writeFileSync(join(runs, record(0.5, 1), 'run.json'), '{"format":"x"}');
    const { code, err } = await kiln('runs', '-C', folder);
    expect(code).toBe(2);
    expect(err).toMatch(/run\.json: format/);
  });
});

describe('kiln compare', () => {
  it('shows figures, the best of each, and the settings that differ', async () => {
    const [a, b] = [record(0.5, 1, 10), record(0.75, 2, 20)];
    const page = join(folder, 'comparison.html');
    const { code, out } = await kiln('compare', a, 'latest', '-C', folder, '-o', page, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      runs: [{ id: a }, { id: b }],
      figures: [{ name: 'accuracy, validation', values: ['50.00 %', '75.00 %'], best: [1] }, {}, { best: [] }, {}],
      settings: [{ key: 'train.epochs', values: ['10', '20'] }],
    });
    expect(readFileSync(page, 'utf8')).toContain('★ 75.00 %');
  });

  it('takes projects by their folders, and two at least', async () => {
    record(0.5, 1);
    expect((await kiln('compare', folder, 'latest', '-C', folder)).out).toContain('all settings are the same');
    expect((await kiln('compare', 'latest', '-C', folder)).code).toBe(2);
  });
});

describe('two at once and a kill', () => {
  it('leave whole runs alone', async () => {
    trained(0.5);
    const script = `
      const { recordRun } = await import(${JSON.stringify(join(import.meta.dirname, '../../dist/cli/runs.js'))});
      const { openProject } = await import(${JSON.stringify(join(import.meta.dirname, '../../dist/cli/project.js'))});
      const project = openProject(${JSON.stringify(folder)});
      for (;;) { recordRun(project, { command: 'train', verified: 'not yet' }); process.stdout.write('.'); }`;
    await Promise.all([killedAfter(script, 5), killedAfter(script, 8)]);
    const found = listRuns(runs);
    expect(found.length).toBeGreaterThanOrEqual(13);
    for (const { id, artefacts } of found) {
      for (const name of Object.keys(artefacts)) expect(existsSync(join(runs, id, name))).toBe(true);
    }
  });
});

/** Runs it until it has recorded so many, and kills it in the middle of what it does. */
function killedAfter(script: string, records: number): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let done = 0;
  child.stdout.on('data', (text: Buffer) => {
    done += text.length;
    if (done >= records) child.kill('SIGKILL');
  });
  return new Promise((settle) => child.on('exit', () => settle()));
}
