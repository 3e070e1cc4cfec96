// The C of detectors and front ends as compilers see it: nothing to warn of, in C99 and in C++17, for every core.
import { describe, expect, it } from 'vitest';
import { sensorFrontEnd } from '../../converter/detectors/sensor_front_end.js';
import { detectorFiles } from '../../converter/detectors/source.js';
import { findProgram } from '../../device/tools.js';
import { SensorFrontEnd } from '../../trainer/sensors/front_end.js';
import { inFolder, modelAndRuntime, unitsOf, WARNINGS } from '../kernels/toolchain.js';
import { CASES, FEATURES } from './cases.js';

const COMPILERS = [
  ['gcc'],
  ['clang'],
  ['arm-none-eabi-gcc', '-mthumb', '-mcpu=cortex-m0plus'],
  ['arm-none-eabi-gcc', '-mthumb', '-mcpu=cortex-m4'],
].filter(([compiler]) => findProgram(compiler!));

const frontEnd = new SensorFrontEnd({
  samples: 64,
  axes: 1,
  detrend: 'line',
  statistics: ['rms', 'mad'],
  bands: { fftSize: 64, edges: [1, 4, 33] },
});

const PROGRAMS = [
  ...Object.values(CASES).map(({ program }) => program),
  { ...CASES['pca']!.program, frontEnd: sensorFrontEnd(frontEnd.model()) },
];

it('has a program that reads the features of its front end', () => expect(frontEnd.features).toHaveLength(FEATURES));

describe.each(COMPILERS)('%s %s %s', (...command) => {
  it('finds nothing to warn of', () => {
    for (const program of PROGRAMS) {
      const files = modelAndRuntime(detectorFiles(program));
      const check = [...command.filter(Boolean), '-std=c99', ...WARNINGS, '-fsyntax-only', ...unitsOf(files)];
      expect(inFolder(files, [check])).toMatchObject({ status: 0, stderr: '' });
    }
  });
});

describe.skipIf(!findProgram('g++'))('C++17', () => {
  it('takes the headers', () => {
    const files = PROGRAMS.flatMap((program) => modelAndRuntime(detectorFiles(program)));
    const headers = [...new Set(files.map(({ path }) => path).filter((path) => path.endsWith('.h')))];
    const unit = { path: 'all.cc', text: headers.map((path) => `#include "${path}"\n`).join('') };
    const check = ['g++', '-std=c++17', ...WARNINGS, '-fsyntax-only', unit.path];
    expect(headers.length).toBeGreaterThan(15);
    expect(inFolder([...files, unit], [check])).toMatchObject({ status: 0, stderr: '' });
  });
});
