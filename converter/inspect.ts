// A graph as plain data for people and reports: what each layer is, costs and holds.
import { byteSize, elements, type Graph, type Op, type Opcode, type Tensor } from './graph/graph.js';
import { lower } from './lower.js';
import { bytesInUse, type MemoryPlan } from './memory/plan.js';
import { memoryPlanOf } from './memory_plan.js';
import { definitionOf } from './ops/table.js';
import { versionOf } from './tflite/versions.js';
import { verify } from './ops/verify.js';

export interface InspectedTensor {
  name: string;
  shape: number[];
  dtype: Tensor['dtype'];
  /** Absent where the tensor is not quantized; more than one scale is per channel along `axis`. */
  quantization?: { scale: number[]; zeroPoint: number[]; axis: number };
}

export interface InspectedOp {
  name: string;
  opcode: Opcode;
  /** The operator version that a .tflite file has to declare. */
  version: number;
  options: Op['options'];
  /** What it computes on; constants are in `constants`. */
  inputs: InspectedTensor[];
  constants: InspectedTensor[];
  outputs: InspectedTensor[];
  /** Multiply-accumulates of one inference. */
  macs: number;
  /** Elements of its constants. */
  parameters: number;
  constantBytes: number;
  /** Bytes of the arena that hold values while it runs. */
  liveBytes: number;
}

export interface Inspection {
  name: string;
  inputs: InspectedTensor[];
  outputs: InspectedTensor[];
  ops: InspectedOp[];
  /** Keys of the metadata, with their sizes in bytes. */
  metadata: { key: string; bytes: number }[];
  totals: { macs: number; parameters: number; constantBytes: number; arenaBytes: number };
}

/** @throws KilnError where `verify` refuses the graph */
export function inspect(graph: Graph): Inspection {
  verify(graph);
  const plan = memoryPlanOf(graph);
  const ops = graph.ops.map((op, index) => inspectOp(op, index, graph, plan));
  const total = (key: 'macs' | 'parameters' | 'constantBytes') => ops.reduce((sum, op) => sum + op[key], 0);
  return {
    name: graph.name,
    inputs: graph.inputs.map((index) => inspectTensor(graph.tensors[index]!)),
    outputs: graph.outputs.map((index) => inspectTensor(graph.tensors[index]!)),
    ops,
    metadata: [...graph.metadata].map(([key, { length }]) => ({ key, bytes: length })),
    totals: {
      macs: total('macs'),
      parameters: total('parameters'),
      constantBytes: total('constantBytes'),
      arenaBytes: arenaOf(graph, plan),
    },
  };
}

/** Of the C, where some layers may be one. */
function arenaOf(graph: Graph, plan: MemoryPlan): number {
  const lowered = lower(graph);
  return lowered.ops.length === graph.ops.length ? plan.arenaBytes : memoryPlanOf(lowered).arenaBytes;
}

function inspectOp(op: Op, index: number, graph: Graph, plan: MemoryPlan): InspectedOp {
  const inputs = op.inputs.filter((i) => i >= 0).map((i) => graph.tensors[i]!);
  const constants = inputs.filter(({ data }) => data);
  return {
    name: op.name,
    opcode: op.opcode,
    version: versionOf(op, graph),
    options: op.options,
    inputs: inputs.filter(({ data }) => !data).map(inspectTensor),
    constants: constants.map(inspectTensor),
    outputs: op.outputs.map((i) => inspectTensor(graph.tensors[i]!)),
    macs: definitionOf(op).macs(op, graph),
    parameters: constants.reduce((sum, { shape }) => sum + elements(shape), 0),
    constantBytes: constants.reduce((sum, tensor) => sum + byteSize(tensor), 0),
    liveBytes: bytesInUse(plan, index),
  };
}

function inspectTensor({ name, shape, dtype, quantization }: Tensor): InspectedTensor {
  const plain: InspectedTensor = { name, shape: [...shape], dtype };
  if (quantization) {
    const { scale, zeroPoint, axis } = quantization;
    plain.quantization = { scale: [...scale], zeroPoint: [...zeroPoint], axis };
  }
  return plain;
}
