// The generated front end as compilers see it, and the settings that it refuses.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { findProgram } from '../../device/tools.js';
import { renderFrontend } from '../../firmware-templates/index.js';
import { MFCC } from '../../trainer/frontend/mfcc.js';
import { MICRO_SPEECH, type FrontendSpec } from '../../trainer/frontend/micro_frontend.js';
import { frontendTables } from '../../trainer/frontend/tables.js';
import { inFolder, WARNINGS } from '../kernels/toolchain.js';
import { frontendFiles } from './frontend_host.js';

const COMPILERS: readonly (readonly string[])[] = [
  ['gcc', '-std=c99'],
  ['clang', '-std=c99'],
  ['arm-none-eabi-gcc', '-mcpu=cortex-m0plus', '-std=c99'],
  ['arm-none-eabi-gcc', '-mcpu=cortex-m4', '-std=c99'],
  ['arm-none-eabi-gcc', '-mcpu=cortex-m4', '-std=c99', '-DTK_EMULATE_DSP'],
];
const SPECS: readonly FrontendSpec[] = [
  MICRO_SPEECH,
  { ...MICRO_SPEECH, sampleRate: 11025, upperHz: 5000, pcan: undefined, mfcc: MFCC },
];

describe.each(COMPILERS.filter(([compiler]) => findProgram(compiler!)))('%s %s %s', (...command) => {
  it.each(SPECS)('finds nothing to warn of at $sampleRate Hz', (spec) => {
    const flags = [...WARNINGS, '-O2', '-c', 'frontend.c'];
    const compile = [...command.filter(Boolean), ...flags];
    expect(inFolder(frontendFiles(spec), [compile])).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('as C++17', () => {
  it.skipIf(!findProgram('g++'))('headers and source are taken', () => {
    const compile = ['g++', '-std=c++17', '-x', 'c++', ...WARNINGS, '-O2', '-c', 'frontend.c'];
    expect(inFolder(frontendFiles(MICRO_SPEECH), [compile])).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('the square root', () => {
  it('is rounded to nearest on both sides of every boundary', () => {
    const main = {
      path: 'main.c',
      text: readFileSync(join(packageRoot(), 'tests', 'firmware', 'root_check.c'), 'utf8'),
    };
    const flags = [...WARNINGS, '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    const build = ['cc', '-std=c99', ...flags, 'main.c', '-o', 'roots'];
    expect(inFolder([...frontendFiles(MICRO_SPEECH), main], [build, ['./roots']])).toMatchObject({
      ...{ status: 0, stdout: '0 are wrong\n', stderr: '' },
    });
  });
});

describe('renderFrontend', () => {
  const names = { name: 'net', sha256: '0123456789abcdef'.repeat(4) };
  const render = (change: Partial<FrontendSpec>) =>
    renderFrontend(frontendTables({ ...MICRO_SPEECH, ...change }), names);

  it('names the spec by its hash', () => {
    const [header] = render({});
    expect(header!.text).toContain(`#define NET_FRONTEND_SHA256 "${names.sha256}"`);
    expect(header!.text).toContain('#define NET_FRONTEND_HASH 0x01234567u');
  });

  it.each([
    [{ logShift: 32 }, 'front end, logShift: 32 is outside of 0 to 31'],
    [{ pcan: { ...MICRO_SPEECH.pcan!, gainBits: 10 } }, 'front end, pcan.gainBits'],
    [{ noiseReduction: { ...MICRO_SPEECH.noiseReduction, smoothingBits: 32 } }, 'noiseReduction.smoothingBits: 32'],
    [{ noiseReduction: { ...MICRO_SPEECH.noiseReduction, oddSmoothing: 1.5 } }, 'noiseReduction, a share in Q14'],
  ])('refuses %o', (change, message) => {
    expect(() => render(change)).toThrow(message);
  });
});
