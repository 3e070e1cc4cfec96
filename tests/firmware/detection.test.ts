// Detection in C gives the detections of TypeScript, step by step.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { Random } from '../../base/random.js';
import { findProgram } from '../../device/tools.js';
import { renderDetection, runtimeFor, type ProjectFile } from '../../firmware-templates/index.js';
import { Detector } from '../../trainer/detection/detector.js';
import { NEVER, type DetectionSpec } from '../../trainer/detection/spec.js';
import { inFolder, WARNINGS } from '../kernels/toolchain.js';

const SPECS: Record<string, DetectionSpec> = {
  'two keywords of four classes': {
    ...{ smoothing: 5, thresholds: [NEVER, NEVER, 150, 160], refractory: 8 },
    gate: { level: 40_000, hold: 3 },
  },
  'no smoothing, no pause, no gate': { smoothing: 1, thresholds: [250], refractory: 0, gate: { level: 0, hold: 0 } },
  'the longest of all': {
    ...{ smoothing: 64, thresholds: Array.from({ length: 12 }, () => 90), refractory: 65535 },
    gate: { level: 2 ** 30 - 1, hold: 65535 },
  },
};

interface Step {
  samples: Int16Array;
  posteriors: Int8Array;
}

function detectionFiles(spec: DetectionSpec): ProjectFile[] {
  const own = renderDetection(spec, 'net');
  const library = own.flatMap(({ text }) => runtimeFor(text));
  return [...own, ...library.map(({ path, text }) => ({ path: basename(path), text }))];
}

/** Steps of silence, of sounds on an offset, and at full scale; one class goes up and down at a time. */
function randomSteps(count: number, classes: number, random: Random): Step[] {
  let favourite = 0;
  return Array.from({ length: count }, (_, i) => {
    if (i % 12 === 0) favourite = random.integer(classes);
    const level = [0, 150, 250, 32767][random.integer(4)]!;
    const length = [0, 1, 320, i % 100 === 0 ? 70_000 : 321][random.integer(4)]!;
    const offset = level < 32767 ? 1000 : 0;
    const sample = () => Math.round(offset + (level === 32767 ? -32768 : (2 * random.uniform() - 1) * level));
    const value = (c: number) => (c === favourite ? 255 - random.integer(160) : random.integer(60));
    return {
      samples: Int16Array.from({ length }, sample),
      posteriors: Int8Array.from({ length: classes }, (_x, c) => value(c) - 128),
    };
  });
}

/** What detection_main.c writes. */
function expected(spec: DetectionSpec, streams: Step[][]): number[][] {
  const detector = new Detector(spec);
  return streams.flatMap((steps) => {
    detector.reset();
    return steps.map(({ samples, posteriors }) => {
      detector.listen(samples);
      const awake = detector.awake();
      const found = detector.push(awake ? posteriors : undefined);
      return found ? [Number(awake), 1, found.step, found.keyword, found.score] : [Number(awake), 0];
    });
  });
}

function inC(spec: DetectionSpec, streams: Step[][]): number[][] {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-detection-'));
  try {
    build(spec, folder);
    const { stdout, status } = spawnSync(join(folder, 'detection'), { input: encode(streams), maxBuffer: 2 ** 28 });
    expect(status).toBe(0);
    const words = new Uint32Array(new Uint8Array(stdout).buffer);
    const rows = Array.from({ length: words.length / 5 }, (_, i) => [...words.subarray(5 * i, 5 * i + 5)]);
    return rows.map((row) => (row[1] === 1 ? row : row.slice(0, 2)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(spec: DetectionSpec, folder: string): void {
  const main = readFileSync(join(packageRoot(), 'tests', 'firmware', 'detection_main.c'), 'utf8');
  const files = [...detectionFiles(spec), { path: 'main.c', text: main }];
  for (const { path, text } of files) writeFileSync(join(folder, path), text);
  const flags = ['-std=c99', ...WARNINGS, '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const built = spawnSync('cc', [...flags, 'detection.c', 'main.c', '-o', 'detection'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(built.stderr).toBe('');
}

function encode(streams: Step[][]): Buffer {
  const word = (value: number) => Buffer.from(Int32Array.of(value).buffer);
  return Buffer.concat(
    streams.flatMap((steps) => [
      word(-1),
      ...steps.flatMap(({ samples, posteriors }) => [
        ...[word(samples.length), Buffer.from(samples.buffer)],
        Buffer.from(posteriors.buffer),
      ]),
    ]),
  );
}

describe.each(Object.entries(SPECS))('%s', (_, spec) => {
  const streams = [1, 2].map((seed) => randomSteps(1500, spec.thresholds.length, new Random(seed)));

  it('gives the same detections in C', () => {
    const wanted = expected(spec, streams);
    expect(inC(spec, streams)).toEqual(wanted);
    expect(wanted.filter(([, detected]) => detected).length).toBeGreaterThan(0);
  });

  it.each([
    ['gcc', '-std=c99'],
    ['clang', '-std=c99'],
    ['g++', '-std=c++17', '-x', 'c++'],
    ['arm-none-eabi-gcc', '-std=c99', '-mcpu=cortex-m0plus'],
    ['arm-none-eabi-gcc', '-std=c99', '-mcpu=cortex-m4'],
  ])('compiles without a warning: %s %s', (compiler, ...flags) => {
    if (!findProgram(compiler)) return;
    const compile = [compiler, ...flags, ...WARNINGS, '-O2', '-c', 'detection.c'];
    expect(inFolder(detectionFiles(spec), [compile])).toMatchObject({ status: 0, stderr: '' });
  });
});
