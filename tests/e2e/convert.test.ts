// `kiln convert` and `kiln inspect` on models from elsewhere: what comes in, what is written, what is said.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { metadataOf } from '../../converter/metadata.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { kiln } from '../cli/kiln.js';
import { kerasNetwork, normal } from '../converter/keras.js';
import { NETWORKS } from '../converter/networks.js';
import { KERNEL_CASES } from '../kernels/cases.js';
import { Random } from '../../base/random.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-convert-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const int8 = writeTflite(KERNEL_CASES['ds_cnn']!['all_ops']!);
writeFileSync(at('int8.tflite'), int8);

/** A residual tfjs model with inputs to calibrate it. */
async function writeFloatModel(): Promise<void> {
  const { json, weights } = await kerasNetwork(NETWORKS['a residual block']!);
  writeFileSync(at('model.json'), JSON.stringify(json));
  writeFileSync(at('weights.bin'), weights);
  const random = new Random(2);
  const inputs = Array.from({ length: 20 }, () => Buffer.from(normal(8 * 6 * 3, random).buffer));
  writeFileSync(at('inputs.f32'), Buffer.concat(inputs));
}

describe('kiln convert', () => {
  it('passes an int8 model through, and writes C that compiles alone', async () => {
    const { code, out } = await kiln('convert', at('int8.tflite'), '-o', at('out.tflite'), '--c', at('c'), '--json');
    expect(code).toBe(0);
    const { c } = JSON.parse(out) as { c: { files: string[]; arenaBytes: number } };
    expect(readFileSync(at('out.tflite')).equals(int8)).toBe(true);
    const units = c.files.filter((name) => name.endsWith('.c'));
    const gcc = spawnSync('cc', ['-std=c99', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', ...units], {
      cwd: at('c'),
    });
    expect(gcc.stderr.toString()).toBe('');
    expect(readFileSync(at('c/model.h'), 'utf8')).toContain(`#define OUT_ARENA_SIZE ${c.arenaBytes}\n`);
  });

  it('quantizes a functional tfjs model, and says what each layer loses', async () => {
    await writeFloatModel();
    const files = ['--calibrate', at('inputs.f32'), '-o', at('new.tflite'), '--report', at('layers.json')];
    const { code, err } = await kiln('convert', at('model.json'), ...files);
    expect(err).toBe('');
    expect(code).toBe(0);
    const graph = readTflite(readFileSync(at('new.tflite')), 'new');
    expect(graph.ops.map(({ opcode }) => opcode)).toContain('ADD');
    expect(metadataOf(graph)).toEqual({});
    const { layers } = JSON.parse(readFileSync(at('layers.json'), 'utf8')) as { layers: { sqnr: number }[] };
    expect(layers.length).toBe(graph.ops.length);
    expect(Math.min(...layers.map(({ sqnr }) => sqnr))).toBeGreaterThan(20);
  });
});

describe('kiln inspect', () => {
  it('says what a model is', async () => {
    const { code, out } = await kiln('inspect', at('int8.tflite'));
    expect(code).toBe(0);
    expect(out).toMatch(/CONV_2D v3 +1×6×3×6 .*█/);
    expect(out).toMatch(/int8 1×12×5×1 → int8 1×4: [\d,]+ MACs/);
  });

  it('compares two models', async () => {
    const same = await kiln('inspect', at('int8.tflite'), at('int8.tflite'));
    expect(same.out).toMatch(/all 7 layers are the same/);
    const { out } = await kiln('inspect', at('int8.tflite'), at('new.tflite'), '--json');
    const { identical, layers } = JSON.parse(out) as { identical: boolean; layers: unknown[] };
    expect(identical).toBe(false);
    expect(layers.length).toBeGreaterThan(7);
  });
});
