// Fits firmware-templates/costs.json: code by the symbols of compiled models, instructions by least squares over their
// layers as the emulator counts them, applications by the table of docs/boards.md.
//   node scripts/fit_estimates.mjs COUNTS MODEL.tflite …    COUNTS: folder that keeps what was counted
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { bench } from '../dist/cli/benching.js';
import { randomInputs } from '../dist/cli/board.js';
import { elementsOf, functionOf, kindOf } from '../dist/cli/estimate.js';
import { readModel } from '../dist/cli/model.js';
import { compile } from '../dist/converter/compile.js';
import { inspect } from '../dist/converter/inspect.js';
import { benchTargets, loadBoard, renderBenchProgram } from '../dist/firmware-templates/index.js';

/** Of the model that docs/boards.md calls the application alone (tests/firmware/tiny_model.ts): input, its copy, output. */
const TINY_RAM = 490 + 490 + 12;

const [counts, ...paths] = process.argv.slice(2);
mkdirSync(counts, { recursive: true });
const models = paths.map((path) => ({ name: basename(path, '.tflite'), model: readModel(path) }));
const cores = Object.fromEntries(benchTargets().map((target) => [target.core, coreCosts(target)]));
// A Cortex-M0 runs the code of a Cortex-M0+.
cores['cortex-m0'] = cores['cortex-m0plus'];
const costs = { cores, applications: applications() };
writeFileSync('firmware-templates/costs.json', `${JSON.stringify(costs, null, 2)}\n`);

function coreCosts(target) {
  const compiled = models.map(({ name, model }) => ({
    ...compileFor(target, model),
    counted: count(name, model, target),
  }));
  const kinds = [...new Set(compiled.flatMap(({ ops }) => ops.map(kindOf)))].sort();
  const kernels = Object.fromEntries(
    kinds.map((kind) => [kind, { code: meanCode(kind, compiled), ...rates(kind, compiled) }]),
  );
  const rest = compiled.map(({ ops, code }) => ({
    layers: ops.length,
    code: code - sum(distinct(ops).map((op) => kernels[kindOf(op)].code)),
  }));
  const [layer, base] = leastSquares(rest.map(({ layers, code }) => [[layers, 1], code]));
  return { base: round(base, 0), layer: round(layer, 1), kernels };
}

function compileFor(target, model) {
  const made = compile(model.graph, { name: 'model', tflite: model.bytes, core: target.kernels });
  const folder = mkdtempSync(join(tmpdir(), 'kiln-fit-'));
  const program = { name: 'model', layers: [], inputs: made.inputs, outputs: made.outputs, target, model: made.files };
  for (const { path, text } of renderBenchProgram(program)) writeFileSync(join(folder, path), text);
  const run = (tool, ...args) =>
    execFileSync(`${target.compiler.prefix}${tool}`, args, { cwd: folder, encoding: 'utf8' });
  run('gcc', ...target.compiler.flags, '-std=c99', '-O2', '-ffunction-sections', '-fdata-sections', '-c', 'model.c');
  const text = Number(run('size', 'model.o').split('\n')[1].trim().split(/\s+/)[0]);
  const symbols = run('nm', '-S', 'model.o').matchAll(/^\w+ (\w+) [tT] (\S+)$/gm);
  const functions = [...symbols].map(([, size, name]) => ({ name, bytes: parseInt(size, 16) }));
  rmSync(folder, { recursive: true });
  const all = inspect(made.graph).ops;
  const ops = made.layers.map((layer) => ({ ...all[layer.op], function: layer.function }));
  return { ops, functions, code: text - made.weightBytes };
}

/** Bytes of the functions of this kind's op, whose names say no more, over how many different ones there are. */
function meanCode(kind, compiled) {
  const found = compiled.map(({ ops, functions }) => {
    const mine = ops.filter(({ opcode }) => opcode === kind.split(' ')[0]);
    const owned = functions.filter(({ name }) => mine.some((op) => name === op.function) || sharedBy(name, mine));
    return { bytes: sum(owned.map(({ bytes }) => bytes)), count: distinct(mine).length };
  });
  return round(sum(found.map(({ bytes }) => bytes)) / sum(found.map(({ count }) => count)), 0);
}

function sharedBy(name, ops) {
  return name.startsWith('shared_') && ops.some(({ opcode }) => name.startsWith(`shared_${opcode.toLowerCase()}`));
}

/** Layers that cost most of their model's time say most. */
function rates(kind, compiled) {
  const rows = compiled.flatMap(({ ops, counted }) =>
    ops.flatMap((op, i) => {
      const share = 1 / counted.instructions;
      if (kindOf(op) !== kind) return [];
      return [[[op.macs * share, elementsOf(op) * share], counted.layers[i].instructions * share]];
    }),
  );
  const [mac, output] = leastSquares(rows);
  return { mac: round(mac, 4), output: round(output, 3) };
}

function count(name, model, target) {
  const file = join(counts, `${name}.${target.name.replace('virtual-cortex-', '')}.json`);
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(bench(model, target, randomInputs(1, model.inputSize))));
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** y ≈ a·x₀ + b·x₁ with neither below nothing. */
function leastSquares(rows) {
  const dot = (f, g) => sum(rows.map((row) => f(row) * g(row)));
  const [x0, x1, y] = [(row) => row[0][0], (row) => row[0][1], (row) => row[1]];
  const [aa, ab, bb, ay, by] = [dot(x0, x0), dot(x0, x1), dot(x1, x1), dot(x0, y), dot(x1, y)];
  const determinant = aa * bb - ab * ab;
  const both = [(ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant];
  if (determinant > 1e-9 * aa * bb && both.every((value) => value >= 0)) return both;
  const alone = [
    [aa > 0 ? Math.max(0, ay / aa) : 0, 0],
    [0, bb > 0 ? Math.max(0, by / bb) : 0],
  ];
  const error = ([a, b]) => sum(rows.map((row) => (a * x0(row) + b * x1(row) - y(row)) ** 2));
  return alone.sort((a, b) => error(a) - error(b))[0];
}

function applications() {
  const rows = readFileSync('docs/boards.md', 'utf8').matchAll(/^\| `([\w-]+)` \| (\d+) \/ (\d+) \/ \d+ \|/gm);
  return Object.fromEntries(
    [...rows].map(([, name, flash, ram]) => [name, { flash: +flash, ram: +ram - loadBoard(name).stack - TINY_RAM }]),
  );
}

function distinct(ops) {
  return [...new Map(ops.map((op) => [functionOf(op), op])).values()];
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function round(value, digits) {
  return Number(value.toFixed(digits));
}
