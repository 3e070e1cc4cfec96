// Every mistake gets one message that says where, what and what to do, exit code 2, and leaves what was there as it was.
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../base/files.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { kiln } from '../cli/kiln.js';
import { GraphBuilder } from '../kernels/builder.js';
import { KERNEL_CASES } from '../kernels/cases.js';
import { CONFIG, makeProject } from './workshop.js';

let made: string;
let project: string;

beforeAll(async () => {
  made = makeProject();
  project = mkdtempSync(join(tmpdir(), 'tinykiln-'));
  expect((await kiln('run', '-C', made, '--json')).code).toBe(0);
});
afterAll(() => [made, project].forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const path = (...names: string[]) => join(project, ...names);
const edit = (name: string, change: (bytes: Buffer) => Buffer) =>
  writeFileSync(path(name), change(readFileSync(path(name))));
const config = (from: string | RegExp, to: string) => edit('kiln.yaml', () => Buffer.from(CONFIG.replace(from, to)));
const setHeader = (offset: number, value: number) => (bytes: Buffer) => {
  bytes.writeUInt16LE(value, offset);
  return bytes;
};

/** Everything under build/ but the cache, by content. */
function artefacts(): Record<string, string> {
  const files = readdirSync(path('build'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).filter((file) => !file.includes('/cache/'));
  return Object.fromEntries(paths.map((file) => [file, sha256(readFileSync(file))]));
}

const tiny = () => Buffer.from(writeTflite(Object.values(KERNEL_CASES['softmax']!)[0]!));

/** A dense layer whose weights alone are larger than the flash of an STM32F405. */
function huge(): Buffer {
  const b = new GraphBuilder('huge', 1);
  const x = b.activation([1, 1100], 0.05, 0);
  const w = b.weights({ shape: [1000, 1100], scales: [0.01], axis: 0 });
  const y = b.activation([1, 1000], 0.1, 0);
  return Buffer.from(
    writeTflite(b.graph(x, b.op('FULLY_CONNECTED', [x, w], y, { activation: 'NONE', keepNumDims: false }))),
  );
}

type Case = [message: RegExp, argv: string[], spoil: () => void];

const MISTAKES: Readonly<Record<string, Case>> = {
  'a truncated wav': [
    /low_3\.wav.*truncated|low_3\.wav.*cut|low_3\.wav/s,
    ['run'],
    () => edit('data/low_3.wav', (b) => b.subarray(0, 5000)),
  ],
  'a stereo wav': [/low_3\.wav.*(stereo|2 channels)/s, ['run'], () => edit('data/low_3.wav', setHeader(22, 2))],
  'an 8-bit wav': [/low_3\.wav.*8/s, ['run'], () => edit('data/low_3.wav', setHeader(34, 8))],
  'no wav at all': [/low_3\.wav/, ['run'], () => edit('data/low_3.wav', () => Buffer.from('hello'))],
  'an empty class': [/silent/, ['run'], () => config('path: data', 'path: data, labels: [low, high, silent]')],
  'an unknown key': [/kiln\.yaml:\d+:\d+: train\.epoch: unknown key.*epochs/, ['run'], () => config('epochs', 'epoch')],
  'an unknown value': [/data\.source.*"cloud".*manifest/, ['run'], () => config('source: manifest', 'source: cloud')],
  'an unknown board': [/esp8266.*virtual-stm32f405/s, ['run', '--board', 'esp8266'], () => {}],
  'a truncated model': [/m\.tflite/, ['inspect', 'M'], () => writeFileSync(path('m.tflite'), tiny().subarray(0, 300))],
  'a model with an offset outside the file': [
    /m\.tflite/,
    ['inspect', 'M'],
    () => {
      const bytes = tiny();
      bytes.writeUInt32LE(0x7fffffff, 0);
      writeFileSync(path('m.tflite'), bytes);
    },
  ],
  'a model that is no model': [
    /m\.tflite.*TFL3/s,
    ['project', 'M'],
    () => writeFileSync(path('m.tflite'), 'x'.repeat(500)),
  ],
  'a model that does not fit': [
    /virtual-stm32f405.*flash.*\d+ B more/s,
    ['project', 'M'],
    () => writeFileSync(path('m.tflite'), huge()),
  ],
  'a missing model': [/m\.tflite.*no such file/, ['inspect', 'M'], () => {}],
  'tensors of the wrong size': [
    /in\.bin: 7 B.*whole number/,
    ['infer', 'M', '-i', 'in.bin', '-o', 'out.bin'],
    () => {
      writeFileSync(path('m.tflite'), tiny());
      writeFileSync(path('in.bin'), 'seven b');
    },
  ],
  'a port that does not exist': [
    /port \/dev\/no-such-port: no such port/,
    ['validate', '--port', '/dev/no-such-port'],
    () => {},
  ],
  'no project': [/kiln\.yaml: no such file.*kiln init/, ['train'], () => rmSync(path('kiln.yaml'))],
};

/** What was said, by case: read it when it changes. */
const said: string[] = [];

describe('mistakes', () => {
  it.each(Object.entries(MISTAKES))('%s', async (title, [message, argv, spoil]) => {
    rmSync(project, { recursive: true, force: true });
    cpSync(made, project, { recursive: true });
    const before = artefacts();
    spoil();
    const given = argv.map((word) => (word === 'M' ? path('m.tflite') : word.endsWith('.bin') ? path(word) : word));
    const { code, out, err } = await kiln(...given, '-C', project);
    expect(err).toMatch(message);
    expect(err).toMatch(/^kiln: [^\n]+\n$/);
    said.push(`# ${title}\n${err.replaceAll(project, 'PROJECT').replaceAll(made, 'PROJECT')}`);
    expect(out).not.toContain('bug');
    expect(code).toBe(2);
    expect(artefacts()).toEqual(before);
  });

  it('are said as they were when somebody last read them', async () => {
    await expect(said.join('\n')).toMatchFileSnapshot('../errors/mistakes.txt');
  });

  it('a missing toolchain', async () => {
    rmSync(project, { recursive: true, force: true });
    cpSync(made, project, { recursive: true });
    const [before, PATH] = [artefacts(), process.env['PATH']];
    process.env['PATH'] = '/nowhere';
    const { code, err } = await kiln('build', '-C', project).finally(() => (process.env['PATH'] = PATH));
    expect(err).toMatch(/cmake: not found on PATH.*install/s);
    expect(code).toBe(2);
    expect(artefacts()).toEqual(before);
  });

  it('recordings of another rate are resampled, with a notice', async () => {
    rmSync(project, { recursive: true, force: true });
    cpSync(made, project, { recursive: true });
    edit('data/low_3.wav', (bytes) => {
      bytes.writeUInt32LE(8000, 24);
      bytes.writeUInt32LE(16000, 28);
      return bytes;
    });
    const { code, out } = await kiln('train', '-C', project);
    expect(out).toMatch(/notice: .*8000 Hz.*16000 Hz|notice: .*resampled/);
    expect(code).toBe(0);
  });
});
