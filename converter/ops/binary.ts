// An op that makes each output element of one element of either operand: what ADD, SUB, MUL, MAXIMUM, MINIMUM, PRELU share.
import type { CArgument, CArray, Core, KernelCall } from '../codegen/kernel_call.js';
import type { Graph, Op, Tensor } from '../graph/graph.js';
import { printType } from '../graph/print.js';
import { broadcastLoops, broadcastShape } from './broadcast.js';
import { LayerCheck } from './layer_check.js';
import { eachRow, loopsArray, loopsFields, type Loop } from './loops.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { combinationOverlaps } from './overlap.js';

export type BinaryOpcode = 'ADD' | 'SUB' | 'MUL' | 'MAXIMUM' | 'MINIMUM' | 'PRELU';
export type BinaryOp = Op<BinaryOpcode>;

/** An output element of the elements of both operands. */
export type Combine = (a: number, b: number) => number;

/** What one op adds to this file. */
export interface BinaryParts extends Pick<OpDefinition<BinaryOpcode>, 'output' | 'constants' | 'leastOutputScale'> {
  /** Checks that go beyond shapes and dtypes. */
  verify(check: LayerCheck, op: BinaryOp, graph: Graph): void;
  float32(op: BinaryOp): Combine;
  int8(op: BinaryOp, graph: Graph): Combine;
  /** The kernel takes its loops, then these parameters. */
  emit(op: BinaryOp, graph: Graph, core: Core): Pick<KernelCall, 'kernel' | 'params'>;
}

/** As many dimensions as TFLite Micro's RuntimeShape holds. */
const MAX_RANK = 6;
/** What the operands are called in C. */
const NAMES = ['a', 'b'];

export function binaryDefinition(parts: BinaryParts): Omit<OpDefinition<BinaryOpcode>, 'opcode'> {
  return {
    verify(op, graph) {
      const [a, b] = operandsOf(op, graph);
      const check = new LayerCheck(op, graph, { least: 2, input: a?.data && b && !b.data ? 1 : 0 });
      const operands = [check.operand(0, 'first input'), check.operand(1, 'second input')];
      for (const { shape } of operands) {
        check.expect(shape.length <= MAX_RANK, () => `has ${shape.length} dimensions, and ${MAX_RANK} is the limit`);
      }
      check.expect(
        shapeOf(op, graph) !== null,
        () => `has ${operands.map(printType).join(' and ')}, which do not broadcast`,
      );
      parts.verify(check, op, graph);
    },
    outputShapes: (op, graph) => [shapeOf(op, graph)!],
    macs: () => 0,
    output: parts.output,
    leastOutputScale: parts.leastOutputScale,
    constants: parts.constants,
    float32: (op, graph, values) => combineAll(op, graph, values, parts.float32(op)),
    int8: (op, graph, values) => combineAll(op, graph, values, parts.int8(op, graph)),
    overlaps: (op, graph) => combinationOverlaps(op, loopsOf(op, graph)),
    emit(op, graph, core) {
      const { kernel, params } = parts.emit(op, graph, core);
      const loops = loopsOf(op, graph);
      return [{ kernel, params: { loops: loopsFields('loops', loops), ...params }, ...operandParts(op, graph, loops) }];
    },
  };
}

function operandsOf(op: BinaryOp, graph: Graph): (Tensor | undefined)[] {
  return op.inputs.map((index) => graph.tensors[index]);
}

function shapeOf(op: BinaryOp, graph: Graph): number[] | null {
  const [a, b] = operandsOf(op, graph);
  return broadcastShape(a!.shape, b!.shape);
}

function loopsOf(op: BinaryOp, graph: Graph): Loop[] {
  const [a, b] = operandsOf(op, graph);
  return broadcastLoops(a!.shape, b!.shape);
}

function combineAll(op: BinaryOp, graph: Graph, values: Values, combine: Combine): Kernel {
  const [a, b] = op.inputs.map((index) => values[index] as Int8Array | Float32Array);
  const output = values[op.outputs[0]!] as Int8Array | Float32Array;
  const loops = loopsOf(op, graph);
  const row = loops.at(-1)!;
  return eachRow(loops, (startA, startB, place) => {
    for (let i = 0; i < row.size; i++) {
      output[place + i] = combine(a![startA + i * row.a]!, b![startB + i * row.b]!);
    }
  });
}

/** Constants come as arrays, what is computed as tensors. */
function operandParts(op: BinaryOp, graph: Graph, loops: readonly Loop[]): Pick<KernelCall, 'arrays' | 'arguments'> {
  const arrays: CArray[] = [loopsArray('loops', loops)];
  const operands = op.inputs.map((tensor, i): CArgument => {
    const { data } = graph.tensors[tensor]!;
    if (!data) return { tensor };
    arrays.push({ name: NAMES[i]!, type: 'int8_t', values: data as Int8Array });
    return { array: NAMES[i]! };
  });
  return { arrays, arguments: [...operands, { tensor: op.outputs[0]! }] };
}
