// What the layers of networks cost on a core: code by the symbols of compiled models, instructions as the emulator counts them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench } from '../dist/cli/benching.js';
import { randomInputs } from '../dist/cli/board.js';
import { parseConfig } from '../dist/cli/config.js';
import { elementsOf, functionOf, kindOf, patchOf, workOf } from '../dist/cli/estimate.js';
import { untrainedModel } from '../dist/cli/untrained.js';
import { compile } from '../dist/converter/compile.js';
import { inspect } from '../dist/converter/inspect.js';
import { renderBenchProgram } from '../dist/firmware-templates/index.js';
import { leastSquares } from './least_squares.mjs';

/** Of none of the examples: other widths, depths and numbers of classes. */
const SHAPES = {
  cnn: { kind: 'ds-cnn', width: 24, blocks: 2 },
  'wide-cnn': { kind: 'ds-cnn', width: 48, blocks: 4 },
  resnet: { kind: 'ds-resnet', width: 12, stages: [{ width: 24, blocks: 2, stride: [1, 2] }] },
  'deep-resnet': {
    ...{ kind: 'ds-resnet', width: 20 },
    stages: [
      { width: 20, blocks: 2, stride: [2, 2] },
      { width: 48, blocks: 3, stride: [2, 2] },
    ],
  },
  temporal: { kind: 'tc-resnet' },
  tiny: { kind: 'tiny-conv' },
  stream: { kind: 'svdf-stream', width: 48, blocks: 4, memory: 7 },
  'wide-stream': { kind: 'svdf-stream', width: 80, blocks: 3, memory: 12 },
};

export function shapedModels() {
  return Object.entries(SHAPES).map(([name, model], i) => {
    const labels = Array.from({ length: 5 + i }, (_, label) => `word${label}`);
    const config = parseConfig(
      JSON.stringify({ name, data: { source: 'synthetic', path: 'data', labels }, model }),
      name,
    );
    return { name, model: untrainedModel(config, labels, name) };
  });
}

/** @param counted keeps what was counted before: (name, make) → value */
export function networkCosts(target, models, counted) {
  return { speed: costsMadeFor('speed', target, models, counted), size: costsMadeFor('size', target, models, counted) };
}

function costsMadeFor(optimize, target, models, counted) {
  const compiled = models.map(({ name, model }) => ({
    ...compileFor(target, model, optimize),
    optimize,
    counted: counted(`${name}.${target.name}.${optimize}`, () =>
      bench(model, target, randomInputs(1, model.inputSize), optimize),
    ),
  }));
  const kinds = [...new Set(compiled.flatMap(({ ops }) => ops.map(kindOf)))].sort();
  const kernels = Object.fromEntries(
    kinds.map((kind) => [kind, { code: meanCode(kind, compiled), ...rates(kind, compiled) }]),
  );
  const rest = compiled.map(({ ops, counted: { code } }) => {
    const known = distinct(ops, optimize).reduce((sum, op) => sum + kernels[kindOf(op)].code, 0);
    return [[ops.length, 1], code - known];
  });
  const [layer, base] = leastSquares(rest);
  return { base: round(base, 0), layer: round(layer, 1), kernels };
}

function compileFor(target, model, optimize) {
  const made = compile(model.graph, { name: 'model', tflite: model.bytes, core: target.kernels, optimize });
  const folder = mkdtempSync(join(tmpdir(), 'kiln-fit-'));
  const program = { name: 'model', layers: [], inputs: made.inputs, outputs: made.outputs, target, model: made.files };
  for (const { path, text } of renderBenchProgram(program)) writeFileSync(join(folder, path), text);
  const run = (tool, ...args) =>
    execFileSync(`${target.compiler.prefix}${tool}`, args, { cwd: folder, encoding: 'utf8' });
  run('gcc', ...target.compiler.flags, '-std=c99', '-O2', '-ffunction-sections', '-fdata-sections', '-c', 'model.c');
  const symbols = run('nm', '-S', 'model.o').matchAll(/^\w+ (\w+) [tT] (\S+)$/gm);
  const functions = [...symbols].map(([, size, name]) => ({ name, bytes: parseInt(size, 16) }));
  rmSync(folder, { recursive: true });
  const all = inspect(made.graph).ops;
  const ops = made.layers.map((layer) => ({ ...all[layer.op], function: layer.function }));
  return { ops, functions };
}

/** Bytes of a function of this kind; made for size, one function is of all kinds of an op. */
function meanCode(kind, compiled) {
  const sizes = compiled.flatMap(({ ops, functions, optimize }) => {
    const opcode = kind.split(' ')[0];
    const mine = ops.filter((op) => op.opcode === opcode);
    const shared = functions
      .filter(({ name }) => new RegExp(`^shared_${opcode.toLowerCase()}(_dsp|_mve)?_\\d+`).test(name))
      .sort((a, b) => numberOf(a) - numberOf(b));
    return [...groupsOf(mine, optimize)].flatMap((group) => {
      const own = functions.find(({ name }) => group.length === 1 && name === group[0].function) ?? shared.shift();
      const fits = optimize === 'size' || kindOf(group[0]) === kind;
      return own && fits ? [own.bytes] : [];
    });
  });
  return round(total(sizes) / sizes.length, 0);
}

const numberOf = ({ name }) => Number(/_(\d+)(\.|$)/.exec(name)[1]);

/** Those that one function runs, in order of the first. */
function groupsOf(ops, optimize) {
  const groups = new Map();
  for (const op of ops) groups.set(functionOf(op, optimize), [...(groups.get(functionOf(op, optimize)) ?? []), op]);
  return groups.values();
}

/** Layers that cost most of their model's time say most. */
function rates(kind, compiled) {
  const rows = compiled.flatMap(({ ops, counted }) =>
    ops.flatMap((op, i) => {
      const share = 1 / counted.instructions;
      if (kindOf(op) !== kind) return [];
      const amounts = [workOf(op), elementsOf(op.outputs), patchOf(op)];
      return [[amounts.map((amount) => amount * share), counted.layers[i].instructions * share]];
    }),
  );
  const [mac, output, patch] = leastSquares(rows);
  return { mac: round(mac, 4), output: round(output, 3), patch: round(patch, 3) };
}

function distinct(ops, optimize) {
  return [...new Map(ops.map((op) => [functionOf(op, optimize), op])).values()];
}

function total(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

function round(value, digits) {
  return Number(value.toFixed(digits));
}
