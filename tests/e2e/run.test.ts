// The main job through every room: recordings → trained → int8 → firmware → virtual board, byte for byte.
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../base/files.js';
import { joinTensors } from '../../base/bytes.js';
import { randomInputs } from '../../cli/board.js';
import type { KeywordEvaluation } from '../../base/keyword_evaluation.js';
import type { ModelCard } from '../../report/card.js';
import type { Report } from '../../report/page.js';
import { runningBoards } from '../../device/virtual/state.js';
import type { RunRecord } from '../../cli/runs.js';
import { kiln } from '../cli/kiln.js';
import { CONFIG, makeProject } from './workshop.js';

describe('kiln run', () => {
  let project: string;
  let first: { code: number; out: string; err: string };
  const file = (...path: string[]) => join(project, 'build', ...path);
  const hashes = () => ['model.tflite', 'firmware/build/firmware.elf'].map((path) => sha256(readFileSync(file(path))));

  beforeAll(async () => {
    project = makeProject();
    first = await kiln('run', '-C', project, '--json');
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('ends with accuracy, sizes within the budget, and every vector equal', () => {
    expect({ ...first, out: first.code === 0 ? '' : first.out }).toEqual({ code: 0, out: '', err: first.err });
    expect(first.err).toMatch(/^(notice: [^\n]*\n)*$/);
    const record = JSON.parse(first.out) as Record<string, unknown>;
    expect(record).toMatchObject({ verified: 'emulator', validation: { vectors: 6, equal: 6, mismatches: [] } });
    expect(record['conversion']).toMatchObject({ int8: { examples: 12 } });
    expect(readFileSync(file('run.json'), 'utf8')).toBe(first.out);
    expect(runningBoards(file('virtual'))).toEqual([]);
  });

  it('gives the same model and firmware again, from the beginning', async () => {
    const before = hashes();
    rmSync(join(project, 'build'), { recursive: true });
    expect((await kiln('run', '-C', project, '--json')).code).toBe(0);
    expect(hashes()).toEqual(before);
  });

  it('gives 1 where a figure is over its budget, and says by how much', async () => {
    writeFileSync(join(project, 'kiln.yaml'), CONFIG.replace('flash: 64KiB', 'flash: 2KiB'));
    const { code, out } = await kiln('run', '-C', project);
    writeFileSync(join(project, 'kiln.yaml'), CONFIG);
    expect(out).toMatch(/flash .*over by/);
    expect(code).toBe(1);
  });

  it('validates a flashed board by its port, command by command', async () => {
    expect((await kiln('project', '-C', project)).code).toBe(0);
    expect((await kiln('build', '-C', project)).code).toBe(0);
    expect((await kiln('flash', '-C', project)).code).toBe(0);
    const [board] = runningBoards(file('virtual'));
    expect((await kiln('ports', '-C', project)).out).toContain(board!.port);
    writeFileSync(file('key.pem'), generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    chmodSync(file('key.pem'), 0o600);
    const sign = ['--sign', file('key.pem')];
    const { code, out } = await kiln('validate', '-C', project, '--vectors', '4', ...sign);
    expect(out).toContain('4 of 4 vectors equal');
    expect(out).toMatch(/instructions .* emulator/);
    expect(code).toBe(0);
    expect((await kiln('flash', '-C', project, '--stop')).out).toContain('stopped virtual-stm32f405');
    expect((await kiln('validate', '-C', project)).err).toMatch(/no port shows a board.*kiln flash/);
    const own = ['--model', file('model.tflite'), '--firmware', file('firmware', 'build', 'firmware.hex')];
    const verified = await kiln('verify', '-C', project, ...own);
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(verified.out).toMatch(/vectors +ok +4 of 4 equal, bytes/);
  });

  it('leaves what a report, a card and the list of runs are made of', async () => {
    const { out } = await kiln('report', '-C', project, '--json');
    const { report } = JSON.parse(out) as { report: Report };
    expect(report).toMatchObject({ name: 'tones', verified: 'emulator', validation: { equal: 4 } });
    const { training, quantization, instructions, flash, memory } = report;
    expect(training!.length).toBeGreaterThan(1);
    expect(memory!.layers.length).toBeGreaterThan(3);
    expect(quantization!.layers).toHaveLength(memory!.layers.length);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(flash!.parts.map(({ bytes }) => bytes))).toBe(flash!.bytes);
    expect(sum(instructions!.layers.map((layer) => layer.instructions))).toBeLessThanOrEqual(instructions!.total);
    expect(readFileSync(file('report.html'), 'utf8')).not.toContain('class="missing">There is no');

    const { card } = JSON.parse((await kiln('card', '-C', project, '--json')).out) as { card: ModelCard };
    expect(card).toMatchObject({
      data: { splits: { train: { clips: 36, speakers: 18 } } },
      boards: [{ names: ['virtual-stm32f405'], verified: 'emulator', vectors: 4, equal: 4 }],
      limits: expect.arrayContaining(['Run on an emulator alone: time and energy are not known.']) as unknown,
    });
    expect(readFileSync(file('model-card.md'), 'utf8')).toContain(card.model.sha256);
    expect((await kiln('runs', '-C', project)).out).toMatch(/run +emulator +\d/);
  });

  /** In the run that was kept, on the page and on the card. */
  async function expectReported(run: string, { clips, chosen }: Omit<KeywordEvaluation, 'run'>): Promise<void> {
    const kept = JSON.parse((await kiln('runs', 'show', run, '-C', project, '--json')).out) as RunRecord;
    const { falseRejects, falseAccepts } = chosen.test;
    expect(kept.metrics).toMatchObject({ clipAccuracy: clips.accuracy, falseRejects, falseAccepts });
    expect(kept.command).toBe('evaluate');
    await kiln('report', '-C', project, '--no-count');
    expect(readFileSync(file('report.html'), 'utf8')).toContain('aria-label="DET curve');
    await kiln('card', '-C', project);
    expect(readFileSync(file('model-card.md'), 'utf8')).toContain('| keywords missed in a stream |');
  }

  it('judges the model on a stream, and gives its firmware the thresholds that it chose', async () => {
    const judged = await kiln('evaluate', '-C', project, '--minutes', '0.5', '--false-accepts', '2000', '--json');
    expect({ code: judged.code, out: judged.code === 0 ? '' : judged.out }).toEqual({ code: 0, out: '' });
    const { run, ...evaluation } = JSON.parse(judged.out) as KeywordEvaluation & { run: string };
    expect(evaluation).toEqual(JSON.parse(readFileSync(file('evaluation.json'), 'utf8')));
    expect(evaluation).toMatchObject({ kind: 'keywords', clips: { examples: 12 }, keywords: ['high', 'low'] });
    expect(evaluation.streams.test.seconds).toBeGreaterThanOrEqual(30);
    await expectReported(run, evaluation);
    const { thresholds } = evaluation.chosen;
    expect((await kiln('project', '-C', project)).out).toContain('listens to 16000 Hz for high, low');
    const { high, low } = thresholds;
    expect(readFileSync(file('firmware', 'stream', 'detection.c'), 'utf8')).toContain(`{\n  ${high}, ${low},\n}`);
    expect((await kiln('project', '-C', project, '--no-stream', '--json')).out).toContain('"stream": "none"');
  });

  it('refuses a config whose front end is not the one of training, and names the difference', async () => {
    writeFileSync(join(project, 'kiln.yaml'), `${CONFIG}frontend: { stride: 10ms }\n`);
    const { code, err } = await kiln('project', '-C', project);
    writeFileSync(join(project, 'kiln.yaml'), CONFIG);
    expect(err).toMatch(/strideMs is 20 there, 10 here/);
    expect(code).toBe(2);
  });

  it('infers the same bytes with every engine', async () => {
    const input = file('random.bin');
    writeFileSync(input, joinTensors(randomInputs(5, 49 * 40)));
    const outputs = [];
    for (const engine of [
      ['--engine', 'interpreter'],
      ['--engine', 'compiled'],
      ['--board', 'virtual-stm32f405'],
    ]) {
      const output = file('out.bin');
      const { code, err } = await kiln('infer', file('model.tflite'), '-i', input, '-o', output, ...engine);
      expect(err).toBe('');
      expect(code).toBe(0);
      outputs.push(readFileSync(output).toString('hex'));
      rmSync(output);
    }
    expect(new Set(outputs).size).toBe(1);
    expect(outputs[0]).toHaveLength(2 * 5 * 2);
  });

  it('quantizes a float model from elsewhere, calibrated by raw tensors', async () => {
    const [calibration, output] = [file('inputs.f32'), file('ours.tflite')];
    const convert = ['convert', file('train', 'model.json'), '-o', output];
    expect((await kiln(...convert)).err).toMatch(/needs inputs to calibrate.*--calibrate/);
    writeFileSync(calibration, new Uint8Array(new Float32Array(2 * 49 * 40).map((_, i) => Math.sin(i)).buffer));
    expect((await kiln(...convert, '--calibrate', calibration)).code).toBe(0);
    expect((await kiln('inspect', output)).out).toMatch(/int8 1×49×40×1 → int8 1×2/);
    const report = [...convert, '--calibrate', calibration, '--ranges', 'mse', '--report', file('layers.json')];
    expect((await kiln(...report)).out).toMatch(/^ranges by mse[^]*classifier +FULLY_CONNECTED .* mse /m);
    const written = JSON.parse(readFileSync(file('layers.json'), 'utf8')) as { method: object; layers: object[] };
    expect(written).toMatchObject({ method: { ranges: 'mse' }, inputs: 2 });
    expect(written.layers.length).toBe(7);
  });

  it('converts an int8 model from elsewhere by passing it through', async () => {
    const output = file('copy.tflite');
    expect((await kiln('convert', file('model.tflite'), '-o', output)).code).toBe(0);
    expect(readFileSync(output)).toEqual(readFileSync(file('model.tflite')));
    expect(existsSync(file('vectors.bin'))).toBe(true);
    expect((await kiln('convert', output, '-C', project)).code).toBe(0);
    expect(existsSync(file('vectors.bin'))).toBe(false);
  });
});
