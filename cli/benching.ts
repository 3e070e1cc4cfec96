// What a model costs on a core: counted in the emulator, with outputs that have to equal the host's.
import type { Optimize } from '../converter/codegen/kernel_functions.js';
import { compile } from '../converter/compile.js';
import { benchModel } from '../device/bench.js';
import type { StackBound } from '../device/stack.js';
import type { BenchTarget } from '../firmware-templates/index.js';
import { expectedOutputs } from './board.js';
import type { Model } from './model.js';
import type { Reporter } from './reporter.js';
import { formatBytes } from './units.js';

/** Bytes, but for what is named otherwise. */
export interface Bench {
  model: string;
  board: string;
  /** With its flags. */
  compiler: string;
  /** Vectors that were run, and those whose outputs equal the host interpreter's. */
  vectors: number;
  equal: number;
  /** Of the dearest inference. */
  instructions: number;
  /** All that the model adds to a program's flash, without the constants that are its weights. */
  code: number;
  weights: number;
  arena: number;
  ram: { total: number; arena: number; scratch: number; static: number };
  /** Measured. */
  stack: number;
  /** From the instructions and the call graph; `path` leads to the deepest function. */
  stackBound: StackBound;
  layers: { name: string; op: string; instructions: number }[];
}

const OPTIMIZATION = '-O2';

/** @throws KilnError `tool-missing`, `build-failed`, `bench-failed` */
export function bench(model: Model, target: BenchTarget, vectors: readonly Int8Array[], optimize?: Optimize): Bench {
  const compiled = compile(model.graph, {
    name: 'model',
    tflite: model.bytes,
    core: target.kernels,
    ...(optimize && { optimize }),
  });
  const { inputs, outputs, files, plan, weightBytes } = compiled;
  const layers = compiled.layers.map((layer) => layer.function);
  const options = { files, name: 'model', inputs, outputs, layers, target, vectors, optimization: OPTIMIZATION };
  const found = benchModel(options);
  return {
    model: model.path,
    board: target.name,
    compiler: found.compiler,
    vectors: vectors.length,
    equal: equalOutputs(model, vectors, found.outputs),
    instructions: Math.max(...found.instructions),
    code: found.flash - weightBytes,
    weights: weightBytes,
    arena: plan.arenaBytes,
    ram: { total: found.ram, arena: plan.arenaBytes, scratch: 0, static: found.ram - plan.arenaBytes },
    stack: found.stack,
    stackBound: found.stackBound,
    layers: compiled.layers.map(({ name, opcode }, i) => ({ name, op: opcode, instructions: found.layers[i]! })),
  };
}

function equalOutputs(model: Model, vectors: readonly Int8Array[], found: readonly Int8Array[]): number {
  const expected = expectedOutputs(model, vectors);
  return expected.filter((output, i) => Buffer.from(output).equals(Buffer.from(found[i]!))).length;
}

export function reportBench(reporter: Reporter, found: Bench): void {
  const number = (n: number) => n.toLocaleString('en');
  const share = (n: number) => `${((100 * n) / found.instructions).toFixed(1)} %`;
  reporter.table(
    ['layer', 'op', 'instructions', 'share'],
    found.layers.map(({ name, op, instructions }) => [name.slice(-40), op, number(instructions), share(instructions)]),
  );
  reporter.line(`${found.board}: ${number(found.instructions)} instructions an inference (${found.compiler})`);
  const { code, weights, ram, stack, stackBound } = found;
  const bound =
    stackBound.unknown.length === 0 ? `at most ${number(stackBound.bytes)} B` : stackBound.unknown.join(', ');
  reporter.line(
    `code ${formatBytes(code)}, weights ${formatBytes(weights)}; RAM ${number(ram.total)} B: arena ${number(ram.arena)}, ` +
      `static ${number(ram.static)}; stack ${number(stack)} B (${bound})`,
  );
  reporter.line(`${found.equal} of ${found.vectors} outputs equal the host's`);
}
