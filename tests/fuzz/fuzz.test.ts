// A short run of the fuzzer. A long one: FUZZ_TFLITE=100000 FUZZ_TFJS=10000 npx vitest run tests/fuzz
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../base/files.js';
import { KERNELS_FOLDER } from '../kernels/vectors.js';
import { sharedData } from '../shared.js';
import { fuzzTfjs, fuzzTflite, type FuzzResult, type Seed } from './harness.js';
import { tfjsSeeds } from './tfjs_seeds.js';

const COUNTS = { tflite: Number(process.env['FUZZ_TFLITE'] ?? 4000), tfjs: Number(process.env['FUZZ_TFJS'] ?? 1000) };
const IS_LONG = process.env['FUZZ_TFLITE'] !== undefined;
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const MOST_MEBIBYTES = 512;

/** Every committed kernel model, and the models that others made, where they are there. */
function tfliteSeeds(): Seed[] {
  const kernels = readdirSync(KERNELS_FOLDER).filter((name) => name.endsWith('.models.json'));
  const ours = kernels.flatMap((file) => {
    const models = JSON.parse(readFileSync(join(KERNELS_FOLDER, file), 'utf8')) as Record<string, string>;
    return Object.entries(models).map(([name, model]) => ({
      name: `${file}/${name}`,
      bytes: new Uint8Array(Buffer.from(model, 'base64')),
    }));
  });
  const folder = sharedData('models');
  const theirs = folder ? readdirSync(folder).filter((name) => name.endsWith('.tflite')) : [];
  return [...ours, ...theirs.map((name) => ({ name, bytes: new Uint8Array(readBytes(join(folder!, name))) }))];
}

function expectGood(result: FuzzResult, count: number): void {
  expect(result.models + result.errors).toBe(count);
  expect(Math.min(result.models, result.errors)).toBeGreaterThan(count / 20);
  expect(result.peakMebibytes).toBeLessThan(MOST_MEBIBYTES);
  if (IS_LONG) process.stdout.write(`${JSON.stringify(result)}\n`);
}

describe('every damaged model ends in a model or in a KilnError', () => {
  const timeout = 3_600_000;

  it('.tflite', { timeout }, () => expectGood(fuzzTflite(tfliteSeeds(), COUNTS.tflite, SEED), COUNTS.tflite));

  it('model.json', { timeout }, async () => expectGood(fuzzTfjs(await tfjsSeeds(), COUNTS.tfjs, SEED), COUNTS.tfjs));
});
