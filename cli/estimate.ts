// What firmware will cost on a board, before there is a compiler: exact data and memory, code by its measured costs.
import { KilnError } from '../base/errors.js';
import type { Optimize } from '../converter/codegen/kernel_functions.js';
import type { CompiledModel } from '../converter/compile.js';
import { inspect, type InspectedOp, type InspectedTensor } from '../converter/inspect.js';
import {
  answerBytes,
  loadCosts,
  type Board,
  type CoreCosts,
  type NetworkCosts,
  type StreamSources,
} from '../firmware-templates/index.js';
import type { Reporter } from './reporter.js';
import { formatBytes } from './units.js';

export interface Estimate {
  board: string;
  /** Bytes of the whole firmware; RAM with the stack that is reserved. */
  flash: number;
  ram: number;
  /** Of one inference, or of a detector's window. */
  instructions: number;
  /** Bytes, exact. */
  weights: number;
  arena: number;
  /** Bytes of the model's code. */
  code: number;
  layers: { name: string; instructions: number }[];
}

/** A network as it is compiled, and what it listens with. */
export interface NetworkSubject {
  compiled: Pick<CompiledModel, 'graph' | 'layers' | 'plan' | 'inputs' | 'weightBytes'>;
  optimize?: Optimize;
  stream?: StreamSources | undefined;
}

/**
 * For the compiled runtime, by arm-none-eabi-gcc as the CMake project calls it.
 * @throws KilnError `estimate-none` where nothing was measured of the board, its core or an op
 */
export function estimateNetwork({ compiled, optimize = 'speed', stream }: NetworkSubject, board: Board): Estimate {
  const core = coreCosts(board.core);
  const listening = streamCosts(core, stream, board);
  const application = applicationCosts(board);
  const { code, layers, instructions } = modelCosts(compiled, optimize, core);
  const [weights, arena] = [compiled.weightBytes, compiled.plan.arenaBytes];
  const input = compiled.inputs.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    board: board.name,
    flash: application.flash + listening.flash + weights + code,
    ram: application.ram + listening.ram + board.stack + arena + input,
    ...{ instructions, weights, arena, code, layers },
  };
}

/** The model alone. @throws KilnError `estimate-none` */
export function modelCosts(
  compiled: NetworkSubject['compiled'],
  optimize: Optimize,
  core: CoreCosts,
): Pick<Estimate, 'code' | 'layers' | 'instructions'> {
  const costs = core.networks[optimize];
  const ops = inspect(compiled.graph).ops.filter((_, i) => compiled.layers.some(({ op }) => op === i));
  const layers = ops.map((op) => ({ name: op.name, instructions: Math.round(instructionsOf(op, costs)) }));
  return {
    code: Math.round(codeOf(ops, costs, optimize)),
    layers,
    instructions: layers.reduce((sum, layer) => sum + layer.instructions, 0),
  };
}

/** @throws KilnError `estimate-none` */
export function coreCosts(name: string): CoreCosts {
  const core = loadCosts().cores[name];
  if (core) return core;
  throw unmeasured(`core ${name}`, `no costs of ${name} are known`);
}

/** @throws KilnError `estimate-none` */
export function applicationCosts({ name }: Board): { flash: number; ram: number } {
  const application = loadCosts().applications[name];
  if (application) return application;
  throw unmeasured(`board ${name}`, 'no costs of its application are known');
}

/** @throws KilnError `estimate-none` */
export function streamCosts(
  { streams }: CoreCosts,
  stream: StreamSources | undefined,
  { core }: Board,
): { flash: number; ram: number } {
  if (!stream) return { flash: 0, ram: 0 };
  const costs = streams[stream.source];
  if (!costs) throw unmeasured(`core ${core}`, `no costs of ${stream.source} are known`);
  const kept = answerBytes(stream) - answerBytes(undefined);
  return { flash: costs.flash + stream.tableBytes, ram: costs.ram + stream.ramBytes + kept };
}

/** Kernels that cost alike: a convolution of single pixels reads its input in one run. */
export function kindOf({ opcode, constants }: Pick<InspectedOp, 'opcode' | 'constants'>): string {
  const filter = constants[0]?.shape;
  return opcode === 'CONV_2D' && filter?.[1] === 1 && filter[2] === 1 ? 'CONV_2D 1×1' : opcode;
}

/** Layers of one kernel, shapes and zero points share a function; made for size, all of one kernel do. */
export function functionOf({ opcode, options, inputs, constants, outputs }: InspectedOp, optimize: Optimize): string {
  if (optimize === 'size') return opcode;
  const shapes = [inputs, constants, outputs].map((ends) => ends.map(({ shape }) => shape));
  const zeros = [...inputs, ...outputs].map(({ quantization }) => quantization?.zeroPoint);
  return JSON.stringify([opcode, options, shapes, zeros]);
}

function codeOf(ops: readonly InspectedOp[], costs: NetworkCosts, optimize: Optimize): number {
  const functions = new Map(ops.map((op) => [functionOf(op, optimize), op]));
  const kernels = [...functions.values()].reduce((sum, op) => sum + costOf(op, costs).code, 0);
  return costs.base + costs.layer * ops.length + kernels;
}

function instructionsOf(op: InspectedOp, costs: NetworkCosts): number {
  const { mac, output, patch } = costOf(op, costs);
  return workOf(op) * mac + elementsOf(op.outputs) * output + patchOf(op) * patch;
}

/** Elements that are gathered for all channels of an output at once. */
export function patchOf({ macs, outputs }: Pick<InspectedOp, 'macs' | 'outputs'>): number {
  return macs / (outputs[0]!.shape.at(-1) ?? 1);
}

/** Multiply-accumulates; of an op without any, elements that it reads. */
export function workOf({ macs, inputs }: Pick<InspectedOp, 'macs' | 'inputs'>): number {
  return macs > 0 ? macs : elementsOf(inputs);
}

export function elementsOf(ends: readonly Pick<InspectedTensor, 'shape'>[]): number {
  return ends.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
}

function costOf(op: InspectedOp, { kernels }: NetworkCosts): NetworkCosts['kernels'][string] {
  const cost = kernels[kindOf(op)];
  if (cost) return cost;
  throw unmeasured(`layer ${op.name}`, `no costs of ${kindOf(op)} are known`);
}

export function unmeasured(where: string, what: string): KilnError {
  return new KilnError('estimate-none', { where, what, todo: 'Build it and measure: `kiln build`, `kiln bench`.' });
}

export function reportEstimate(reporter: Reporter, { board, flash, ram, instructions, code }: Estimate): void {
  const of = `flash ${formatBytes(flash)}, RAM ${formatBytes(ram)}, ${instructions.toLocaleString('en')} instructions`;
  reporter.line(`estimate for ${board}: ${of} (model code ${formatBytes(code)})`);
}
