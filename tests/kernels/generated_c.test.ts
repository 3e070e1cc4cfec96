// Generated C as compilers and binary tools see it: no warning, no dependency, the arena that was planned.
import { describe, expect, it } from 'vitest';
import type { Core } from '../../converter/codegen/kernel_call.js';
import { compile, type CompileOptions } from '../../converter/compile.js';
import type { Graph } from '../../converter/graph/graph.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { findProgram } from '../../device/tools.js';
import { KERNEL_CASES } from './cases.js';
import { randomGraph } from './random_graph.js';
import { sideBySide } from './side_by_side.js';
import { CORES, hasArm, inFolder, modelAndRuntime, unitsOf, WARNINGS } from './toolchain.js';

/** Where a core's instructions are missing, they are emulated. */
const COMPILERS: readonly [core: Core, ...command: string[]][] = [
  ['portable', 'gcc'],
  ['dsp', 'gcc'],
  ['portable', 'clang'],
  ['dsp', 'clang'],
  ['portable', 'arm-none-eabi-gcc', '-mcpu=cortex-m0plus'],
  ['portable', 'arm-none-eabi-gcc', '-mcpu=cortex-m4'],
  ['dsp', 'arm-none-eabi-gcc', '-mcpu=cortex-m4'],
  ['dsp', 'arm-none-eabi-gcc', '-mcpu=cortex-m33'],
  ['mve', 'gcc'],
  ['mve', 'clang'],
  ['mve', 'arm-none-eabi-gcc', '-mcpu=cortex-m55', '-mfloat-abi=hard'],
];
/** Bytes of code of a model that calls the kernels of a convolutional network once each, on a Cortex-M4 at -O2, gcc 12. */
const MAX_CODE: Readonly<Partial<Record<Core, number>>> = { portable: 5120, dsp: 6144 };

const dsCnn = KERNEL_CASES['ds_cnn']!['all_ops']!;

function compiled(graph: Graph, core: Core = 'portable') {
  return compile(graph, { name: 'model', tflite: writeTflite(graph), core });
}

/** The same graph with other layer names. */
function renamed(graph: Graph, names: readonly string[]): Graph {
  return { ...graph, ops: graph.ops.map((op, i) => ({ ...op, name: names[i % names.length]! })) };
}

describe.each(COMPILERS.filter(([, compiler]) => findProgram(compiler!)))('%s, %s %s', (core, ...command) => {
  const flags = ['-std=c99', ...WARNINGS, '-O2', '-c'];
  const warnings = (graph: Graph) => {
    const files = modelAndRuntime(compiled(graph, core).files);
    return inFolder(files, [[...command, ...flags, ...unitsOf(files)].filter(Boolean)]);
  };

  it.each([0, 1, 2])('finds nothing to warn of in model and kernels, random graph %i', (seed) => {
    expect(warnings(randomGraph(seed, 5))).toMatchObject({ status: 0, stderr: '' });
  });

  it.each([
    ['int', 'main', 'exp', 'memcpy', 'int8_t', 'arena', 'params'],
    ['a', 'a_weights', 'a_run', 'a_weights_run', 'run', 'model_init', 'model'],
    ['', '9', '*/ int x; /*', '??/', '"\\\n', 'é'.repeat(50), 'x'.repeat(500)],
    ['same'],
  ])('compiles layers that are named %j', (...names) => {
    expect(warnings(renamed(dsCnn, names))).toMatchObject({ status: 0, stderr: '' });
  });
});

describe.skipIf(!findProgram('g++'))('C++17', () => {
  it.each(['portable', 'dsp', 'mve'] as const)('takes the headers, %s', (core) => {
    const files = modelAndRuntime(compiled(dsCnn, core).files);
    const includes = files.filter(({ path }) => path.endsWith('.h')).map(({ path }) => `#include "${path}"\n`);
    const unit = { path: 'all.cc', text: includes.join('') };
    const check = ['g++', '-std=c++17', ...WARNINGS, '-fsyntax-only', unit.path];
    expect(inFolder([...files, unit], [check])).toMatchObject({ status: 0, stderr: '' });
  });

  it('gives the .tflite back from model_data.cc, aligned', () => {
    const tflite = writeTflite(dsCnn);
    const { files } = compile(dsCnn, { name: 'net', tflite });
    const main = `#include <cstdint>
#include <cstdio>
#include "model_data.h"
int main() {
  if (reinterpret_cast<std::uintptr_t>(net_model_data) % 16 != 0) return 1;
  for (unsigned char byte : net_model_data) std::printf("%02x", byte);
}
`;
    const build = ['g++', '-std=c++17', ...WARNINGS, 'model_data.cc', 'main.cc', '-o', 'dump'];
    const run = inFolder([...files, { path: 'main.cc', text: main }], [build, ['./dump']]);
    expect(run).toEqual(expect.objectContaining({ status: 0, stdout: Buffer.from(tflite).toString('hex') }));
  });
});

describe.skipIf(!hasArm).each(CORES)('linked for %s', (core) => {
  const { files, plan } = compiled(dsCnn);
  const sources = modelAndRuntime(files);
  const link = [
    'arm-none-eabi-gcc',
    `-mcpu=${core}`,
    '-mthumb',
    '-std=c99',
    '-O2',
    '-nostdlib',
    '-r',
    ...unitsOf(sources),
  ];
  const tool = (...command: string[]) => inFolder(sources, [[...link, '-o', 'all.o'], command]).stdout;

  it('has the arena that was planned, and no other memory', () => {
    const symbols = tool('arm-none-eabi-nm', '--print-size', 'all.o').split('\n');
    const writable = symbols.filter((line) => / [bBdDC] /.test(line)).map((line) => line.split(' '));
    expect(writable.map(([, size, , name]) => [name, parseInt(size!, 16)])).toEqual([['arena', plan.arenaBytes]]);
  });

  it('needs nothing but what the compiler brings', () => {
    const missing = tool('arm-none-eabi-nm', '--undefined-only', 'all.o').match(/\w+$/gm) ?? [];
    expect(missing.filter((name) => !/^(__aeabi_\w+|__gnu_thumb1_case_\w+|mem(cpy|set|move))$/.test(name))).toEqual([]);
  });
});

describe.skipIf(!hasArm)('code size', () => {
  /** Bytes of the whole model without its constants. */
  const codeOf = (graph: Graph, options: CompileOptions, cpu: string) => {
    const { files, weightBytes } = compile(graph, options);
    const sources = modelAndRuntime(files);
    const build = ['arm-none-eabi-gcc', `-mcpu=${cpu}`, '-mthumb', '-std=c99', '-O2', '-nostdlib', '-r'];
    const { stdout } = inFolder(sources, [
      [...build, ...unitsOf(sources), '-o', 'all.o'],
      ['arm-none-eabi-size', 'all.o'],
    ]);
    return Number(/^\s*(\d+)/m.exec(stdout)![1]) - weightBytes;
  };
  const named = { name: 'model', tflite: writeTflite(dsCnn) };

  it.each(Object.entries(MAX_CODE))('of all kernels for %s stays small', (core, most) => {
    const code = codeOf(dsCnn, { ...named, core: core as Core }, 'cortex-m4');
    expect(code).toBeGreaterThan(most / 2);
    expect(code).toBeLessThan(most);
  });

  it('is smaller where layers that are not alike share their kernel', () => {
    const graph = sideBySide(
      'alike',
      [1, 2, 3].map((seed) => randomGraph(seed, 6)),
    );
    const bytes = (optimize: 'speed' | 'size') => codeOf(graph, { ...named, core: 'dsp', optimize }, 'cortex-m4');
    expect(bytes('size')).toBeLessThan(0.75 * bytes('speed'));
  });
});
