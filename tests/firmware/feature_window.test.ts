// The newest frames as a model's input in C: TypeScript's int8 features, the oldest frame first.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { FeatureWindow } from '../../trainer/frontend/feature_window.js';
import { MICRO_SPEECH, quantizeFeature } from '../../trainer/frontend/micro_frontend.js';
import { modelFeatures } from '../../trainer/frontend/model_features.js';
import { WARNINGS } from '../kernels/toolchain.js';

const FRAMES = 4;
const CHANNELS = 3;

describe.each([
  ['cc', '-std=c99'],
  ['g++', '-std=c++17', '-x', 'c++'],
])('the feature window, %s %s', (compiler, ...language) => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-window-'));
  const program = join(folder, 'window');
  beforeAll(() => {
    const templates = join(packageRoot(), 'firmware-templates');
    const includes = ['frontend', 'runtime/include'].map((part) => `-I${join(templates, part)}`);
    const source = join(packageRoot(), 'tests', 'firmware', 'feature_window_check.c');
    const flags = [...language, ...WARNINGS, '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    const built = spawnSync(compiler, [...flags, ...includes, source, '-o', program], { encoding: 'utf8' });
    expect(built.stderr).toBe('');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds the newest frames, once there are as many', () => {
    const logs = Uint16Array.from({ length: 11 * CHANNELS }, (_, i) => (i * 37) % 700);
    const int8 = Int8Array.from(logs, quantizeFeature);
    const { stdout } = spawnSync(program, { input: Buffer.from(int8.buffer) });
    const windows = Array.from({ length: 11 - FRAMES + 1 }, (_, i) =>
      Array.from(int8.subarray(i * CHANNELS, (i + FRAMES) * CHANNELS)),
    );
    expect(Array.from(new Int8Array(stdout))).toEqual(windows.flat());
    expect(inTypeScript(logs)).toEqual(windows);
  });
});

function inTypeScript(logs: Uint16Array): number[][] {
  const window = new FeatureWindow(FRAMES, modelFeatures({ ...MICRO_SPEECH, channels: CHANNELS }));
  const inputs: number[][] = [];
  for (let at = 0; at < logs.length; at += CHANNELS) {
    window.push(logs.subarray(at, at + CHANNELS));
    const input = window.input();
    if (input) inputs.push([...input]);
  }
  return inputs;
}
