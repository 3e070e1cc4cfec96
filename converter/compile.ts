// int8 graph → C: verify → lower → name the layers → plan memory → emit. The same graph gives the same bytes.
import { C_TYPES } from '../base/c_literals.js';
import { KilnError } from '../base/errors.js';
import { sha256 } from '../base/files.js';
import { checkIdentifier, identifiers, shortName } from './codegen/identifiers.js';
import { elementType } from './codegen/element_type.js';
import type { Core } from './codegen/kernel_call.js';
import type { Optimize } from './codegen/kernel_functions.js';
import { runFunction, type Layer } from './codegen/layers_c.js';
import { modelEnds, modelHeader, modelSource, type ModelEnd, type ModelSource } from './codegen/model_c.js';
import { dataHeader, dataSource } from './codegen/model_data.js';
import { opsHeader } from './codegen/tflm_resolver.js';
import type { Graph, Op, Opcode } from './graph/graph.js';
import { quoted } from './graph/print.js';
import { graphError, layerName } from './graph/verify.js';
import { lower } from './lower.js';
import type { MemoryPlan } from './memory/plan.js';
import { memoryPlanOf } from './memory_plan.js';
import { metadataOf } from './metadata.js';
import { formOf } from './ops/form.js';
import { definitionOf } from './ops/table.js';
import { verify } from './ops/verify.js';

export interface CompileOptions {
  /** Prefix of the exported C names: a C identifier. */
  name: string;
  /** The file that the graph was read from: embedded for TFLite Micro, and hashed. */
  tflite: Uint8Array;
  /** Whose instructions the kernels use: 'portable' where it is left out. */
  core?: Core;
  /** How far kernels are specialised: 'speed' where it is left out. */
  optimize?: Optimize;
}

export interface SourceFile {
  path: string;
  text: string;
}

export interface CompiledLayer {
  /** As reports show it. */
  name: string;
  opcode: Opcode;
  /** In model.c: takes nothing, returns nothing. */
  function: string;
  /** Its op, by number. */
  op: number;
}

export interface CompiledModel {
  /** model.h, model.c for the compiled runtime; model_data.h, model_data.cc, model_ops.h for TFLite Micro. */
  files: SourceFile[];
  /** What model.c is made of: the numbers in `plan` are of its tensors and ops. */
  graph: Graph;
  plan: MemoryPlan;
  inputs: ModelEnd[];
  outputs: ModelEnd[];
  /** Those that take time: what runs each in model.c. */
  layers: CompiledLayer[];
  /** Constants of the compiled model in flash: weights, biases, multipliers and shifts. */
  weightBytes: number;
  /** First 16 hexadecimal digits of the SHA-256 of the .tflite: how a board and a host know the model by. */
  modelHash: string;
  /** Names the memory plan in the firmware. */
  planId: string;
}

export function modelHash(tflite: Uint8Array): string {
  return sha256(tflite).slice(0, 16);
}

/**
 * @throws KilnError `graph-invalid` where an input or output has elements that C has no type for here, `op-unsupported`
 * where a layer has no int8 kernel, `name-invalid`, `metadata-invalid`
 */
export function compile(graph: Graph, options: CompileOptions): CompiledModel {
  const { name, tflite, core = 'portable', optimize = 'speed' } = options;
  checkIdentifier(name);
  verify(graph);
  checkEnds(graph);
  const hash = modelHash(tflite);
  const lowered = lower(graph);
  const layers = layersOf(lowered, core);
  const plan = memoryPlanOf(
    lowered,
    layers.map(({ calls }) => calls),
  );
  const planId = planIdOf(plan, core);
  const { frontend } = metadataOf(graph);
  const source: ModelSource = {
    name,
    hash,
    frontend: frontend?.sha256,
    graph: lowered,
    plan,
    planId,
    layers,
    optimize,
  };
  const files = [
    { path: 'model.h', text: modelHeader(source) },
    { path: 'model.c', text: modelSource(source) },
    { path: 'model_data.h', text: dataHeader(name, tflite.length) },
    { path: 'model_data.cc', text: dataSource(name, tflite) },
    { path: 'model_ops.h', text: opsHeader(name, graph) },
  ];
  const ends = { inputs: modelEnds('input', lowered), outputs: modelEnds('output', lowered) };
  return {
    files,
    graph: lowered,
    plan,
    ...ends,
    layers: timed(layers),
    weightBytes: weightBytes(layers),
    modelHash: hash,
    planId,
  };
}

function planIdOf({ allocations, moves }: MemoryPlan, core: Core): string {
  return sha256(JSON.stringify([core, allocations, moves])).slice(0, 8);
}

function timed(layers: readonly Layer[]): CompiledLayer[] {
  return layers.flatMap(({ name, op, calls }, number) =>
    calls.length > 0 ? [{ name: shortName(op.name), opcode: op.opcode, function: runFunction(name), op: number }] : [],
  );
}

function checkEnds(graph: Graph): void {
  for (const tensor of [...graph.inputs, ...graph.outputs].map((index) => graph.tensors[index]!)) {
    if (elementType(tensor)) continue;
    throw graphError(graph.name, `its ${quoted(tensor.name)} is ${tensor.dtype}, and int8 is expected`);
  }
}

function layersOf(graph: Graph, core: Core): Layer[] {
  const names = identifiers(graph.ops.map(({ name }) => name));
  return graph.ops.map((op, index) => ({ name: names[index]!, op, calls: emit(op, graph, core) }));
}

function emit(op: Op, graph: Graph, core: Core): Layer['calls'] {
  const definition = definitionOf(op);
  if (definition.emit && formOf(op, graph) === 'int8') return definition.emit(op, graph, core);
  const todo = 'Quantize the model to int8 (`kiln convert`), or build it of the layers that `kiln inspect` shows.';
  throw new KilnError('op-unsupported', { where: layerName(op, graph), what: 'there is no int8 kernel for it', todo });
}

function weightBytes(layers: readonly Layer[]): number {
  const arrays = layers.flatMap(({ calls }) => calls.flatMap((call) => call.arrays));
  return arrays.reduce((sum, { type, values }) => sum + C_TYPES[type] * values.length, 0);
}
