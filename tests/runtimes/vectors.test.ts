// The committed kernel vectors against the real TFLite Micro: what is in the repository is what it answers today.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KERNEL_CASES } from '../kernels/cases.js';
import { KERNELS_FOLDER } from '../kernels/vectors.js';
import { hasTflm } from './tflm.js';

describe.skipIf(!hasTflm)('TFLite Micro', () => {
  it('gives the committed bytes for every case', () => {
    const { stdout } = spawnSync('python3', [join(KERNELS_FOLDER, 'regenerate.py'), '--check']);
    const cases = Object.values(KERNEL_CASES).reduce((sum, each) => sum + Object.keys(each).length, 0);
    expect(stdout.toString().trim()).toBe(`${cases} cases of ${Object.keys(KERNEL_CASES).length} ops`);
  });
});
