// `kiln size` against budgets, a stored baseline and a commit: what it says, in every format, and how it exits.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimateNetwork } from '../../cli/estimate.js';
import type { Measured } from '../../cli/size.js';
import { compile } from '../../converter/compile.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { loadBoard } from '../../firmware-templates/index.js';
import { perceptron } from '../kernels/perceptron.js';
import { hasArm } from '../kernels/toolchain.js';
import { kiln } from './kiln.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-cli-size-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
const git = (...args: string[]) =>
  spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: folder, encoding: 'utf8' });
const config = (budget: string) =>
  write('kiln.yaml', `name: alarm\nsize: { model: model.tflite }\nbudget: ${budget}\n`);
const size = (...args: string[]) => kiln('size', '-C', folder, ...args);

describe.skipIf(!hasArm)('kiln size', () => {
  beforeAll(async () => {
    write('model.tflite', writeTflite(perceptron(16, 4)));
    write('.gitignore', 'build/\n');
    config('{ flash: 64KiB, parts: { model weights: 1KiB }, growth: { flash: 100, parts: { model weights: 10% } } }');
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'a small model');
    expect((await size('--build', '--output', join(folder, 'before.json'))).code).toBe(0);
    write('model.tflite', writeTflite(perceptron(24, 16, 4)));
    expect((await size('--build')).code).toBe(1);
  });

  it('says what is over its budget, by how much, and where the bytes are', async () => {
    const { code, out } = await size();
    expect(code).toBe(1);
    expect(out).toMatch(/model weights +1\.\d KiB +1\.0 KiB +over by \d+ B/);
    expect(out).toMatch(/^flash +[\d.]+ KiB +64\.0 KiB +ok/m);
    expect(out).toMatch(/arena +0 B +\d+ B/);
    expect(out).toContain('heap none');
  });

  it.each(['before.json', 'HEAD'])('names parts and symbols that grew beyond %s', async (baseline) => {
    const named = baseline.endsWith('.json') ? join(folder, baseline) : baseline;
    const { code, out } = await size('--baseline', named);
    expect(code).toBe(1);
    expect(out).toMatch(/flash.*grew by [\d.]+ (Ki)?B, 100 B allowed/);
    expect(out).toMatch(/model weights.*grew by \d+ B, \d+ B allowed/);
    expect(out).toMatch(/_weights +model weights +(added|changed) +\+\d+ B/);
    expect(git('worktree', 'list').stdout.trim().split('\n')).toHaveLength(1);
  });

  it('passes when the budget is raised', async () => {
    config('{ flash: 64KiB, parts: { model weights: 2KiB }, growth: { flash: 4KiB } }');
    expect((await size('--baseline', join(folder, 'before.json'))).code).toBe(0);
    config('{ parts: { model weights: 1KiB } }');
  });

  it('speaks to pull requests, test reports, code scanning and logs', async () => {
    const formatted = async (format: string) =>
      (await size('--format', format, '--baseline', join(folder, 'before.json'))).out;
    expect(await formatted('markdown')).toMatch(/^### firmware: ✗ model weights over budget\n/);
    expect(await formatted('junit')).toMatch(
      /failures="1">[^]*<failure message="model weights: 1\.\d KiB, budget 1\.0 KiB/,
    );
    const sarif = JSON.parse(await formatted('sarif')) as {
      version: string;
      runs: { results: { ruleId: string }[] }[];
    };
    expect(sarif).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ ruleId: 'budget/model-weights', level: 'error' }] }],
    });
    expect(await formatted('github')).toMatch(
      /^::error file=kiln\.yaml,title=firmware: model weights::model weights: .*Grown: /,
    );
    const json = JSON.parse(await formatted('json')) as { budget: { figure: string; over: boolean }[] };
    expect(json.budget.filter(({ over }) => over).map(({ figure }) => figure)).toEqual(['model weights']);
  });

  it('holds budgets against an estimate, and says that it is one', async () => {
    const estimate = (...args: string[]) => size('--estimate', ...args);
    config('{ flash: 64KiB, stack: 4KiB, parts: { model weights: 1KiB, runtime: 8KiB }, growth: { flash: 100 } }');
    const text = await estimate();
    expect(text.code).toBe(1);
    expect(text.out).toMatch(/^notice: stack, runtime: not estimated/m);
    expect(text.out).toMatch(/^Estimated for virtual-stm32f405, nothing was built: .*model\.tflite$/m);
    expect(text.out).toMatch(/^flash +\d+\.\d KiB +64\.0 KiB +ok/m);
    expect(text.out).not.toMatch(/^(stack|runtime) .*ok/m);
    expect((await estimate('--baseline', 'HEAD')).out).toMatch(/flash.*grew by [\d.]+ (Ki)?B, 100 B allowed/);
    expect((await estimate('--format', 'markdown')).out).toMatch(
      /^### estimate: ✗ model weights over budget\n\nEstimated for/,
    );
    expect((await estimate('--format', 'junit')).out).toMatch(/name="kiln size: estimate".*failures="1"/);
    expect((await estimate('--format', 'github')).out).toMatch(
      /^::error .*title=estimate: model weights::model weights, estimated: /,
    );
    const { estimate: of, flash } = JSON.parse((await estimate('--json')).out) as Measured;
    expect(of).toEqual({ board: 'virtual-stm32f405', model: join(folder, 'model.tflite') });
    const built = JSON.parse((await size('--json')).out) as Measured;
    expect(Math.abs(flash / built.flash - 1)).toBeLessThan(0.05);
    expect((await estimate('--baseline', join(folder, 'before.json'))).err).toContain('its sizes were built');
    expect((await estimate('--build')).err).toContain('an estimate has no use for --build');
    config('{ flash: 64KiB }');
    expect((await estimate()).code).toBe(0);
    config('{ parts: { model weights: 1KiB } }');
  });

  it('refuses what it does not know', async () => {
    config('{ flash: 64KiB, parst: {} }');
    const unknown = await size();
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.err).toContain('kiln.yaml:3:32: budget.parst: unknown key. Did you mean `parts`?');
    config('{}');
    write('other.json', '{"format":"other"}');
    const invalid = await size('--baseline', join(folder, 'other.json'));
    expect(invalid.err).toContain('other.json: its key format');
    expect((await size('--baseline', 'no-such-branch')).err).toContain('no such file, and git says');
    expect((await size('--part', 'dsp')).err).toContain('--part: dsp names no pattern');
    expect((await size(join(folder, 'kiln.yaml'))).err).toContain('it is no ELF file');
  });
});

describe('an estimate', () => {
  it('is what `kiln inspect --board` says', async () => {
    write('inspected.tflite', writeTflite(perceptron(16, 4)));
    const { code, out } = await kiln('inspect', join(folder, 'inspected.tflite'), '--board', 'virtual-stm32f405');
    expect(code).toBe(0);
    expect(out).toMatch(/estimate for virtual-stm32f405: flash [\d.]+ KiB, RAM [\d.]+ KiB, [\d,]+ instructions/);
  });

  it('is refused where nothing was measured', () => {
    const compiled = compile(perceptron(16, 4), { name: 'model', tflite: new Uint8Array() });
    const on = (board: string) => () => estimateNetwork({ compiled }, loadBoard(board));
    expect(on('esp32-s3')).toThrow('no costs of xtensa-lx7 are known');
    expect(on('raspberry-pi-pico')).toThrow('no costs of its application are known');
  });
});
