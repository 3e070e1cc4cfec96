// What a model will cost on a board, before there is a compiler: exact data and arena, kernels by their measured costs.
import { KilnError } from '../base/errors.js';
import { compile } from '../converter/compile.js';
import { inspect, type InspectedOp } from '../converter/inspect.js';
import type { Graph } from '../converter/graph/graph.js';
import type { Reporter } from './reporter.js';
import { formatBytes } from './units.js';
import { loadCosts, type Board, type CoreCosts } from '../firmware-templates/index.js';

export interface Estimate {
  board: string;
  /** Bytes of the whole firmware; RAM with the stack that is reserved. */
  flash: number;
  ram: number;
  /** Of one inference. */
  instructions: number;
  /** Bytes, exact. */
  weights: number;
  arena: number;
  /** Bytes of the model's code. */
  code: number;
  layers: { name: string; instructions: number }[];
}

/**
 * For the compiled runtime and kernels made for speed, by arm-none-eabi-gcc -O2.
 * @throws KilnError `estimate-none` where nothing was measured of the board, its core or an op
 */
export function estimate(graph: Graph, tflite: Uint8Array, board: Board): Estimate {
  const { cores, applications } = loadCosts();
  const [core, application] = [cores[board.core], applications[board.name]];
  if (!core || !application)
    throw none(`board ${board.name}`, `no costs of ${core ? 'its application' : board.core} are known`);
  const compiled = compile(graph, { name: 'model', tflite, core: board.kernels });
  const ops = inspect(compiled.graph).ops.filter((_, i) => compiled.layers.some(({ op }) => op === i));
  const layers = ops.map((op) => ({ name: op.name, instructions: Math.round(instructionsOf(op, core)) }));
  const code = Math.round(codeOf(ops, core));
  const [weights, arena] = [compiled.weightBytes, compiled.plan.arenaBytes];
  const input = compiled.inputs.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    board: board.name,
    flash: application.flash + weights + code,
    ram: application.ram + board.stack + arena + input,
    instructions: layers.reduce((sum, layer) => sum + layer.instructions, 0),
    ...{ weights, arena, code, layers },
  };
}

/** Kernels that cost alike: a convolution of single pixels reads its input in one run. */
export function kindOf({ opcode, constants }: Pick<InspectedOp, 'opcode' | 'constants'>): string {
  const filter = constants[0]?.shape;
  return opcode === 'CONV_2D' && filter?.[1] === 1 && filter[2] === 1 ? 'CONV_2D 1×1' : opcode;
}

/** Layers of one kernel and the same shapes share a function. */
export function functionOf({ opcode, options, inputs, constants, outputs }: InspectedOp): string {
  return JSON.stringify([
    opcode,
    options,
    ...[inputs, constants, outputs].map((ends) => ends.map(({ shape }) => shape)),
  ]);
}

function codeOf(ops: readonly InspectedOp[], core: CoreCosts): number {
  const functions = new Map(ops.map((op) => [functionOf(op), op]));
  const kernels = [...functions.values()].reduce((sum, op) => sum + costOf(op, core).code, 0);
  return core.base + core.layer * ops.length + kernels;
}

function instructionsOf(op: InspectedOp, core: CoreCosts): number {
  const { mac, output } = costOf(op, core);
  return op.macs * mac + elementsOf(op) * output;
}

export function elementsOf({ outputs }: Pick<InspectedOp, 'outputs'>): number {
  return outputs.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
}

function costOf(op: InspectedOp, core: CoreCosts): CoreCosts['kernels'][string] {
  const cost = core.kernels[kindOf(op)];
  if (cost) return cost;
  throw none(`layer ${op.name}`, `no costs of ${kindOf(op)} are known`);
}

function none(where: string, what: string): KilnError {
  return new KilnError('estimate-none', { where, what, todo: 'Build it and measure: `kiln build`, `kiln bench`.' });
}

export function reportEstimate(reporter: Reporter, { board, flash, ram, instructions, code }: Estimate): void {
  const of = `flash ${formatBytes(flash)}, RAM ${formatBytes(ram)}, ${instructions.toLocaleString('en')} instructions`;
  reporter.line(`estimate for ${board}: ${of} (model code ${formatBytes(code)})`);
}
