// Ops that move values and compute nothing: each is a list of copies, of a box of elements from one tensor to another.
import type { CArgument, CArray, KernelCall } from '../codegen/kernel_call.js';
import type { Graph, Op, Opcode } from '../graph/graph.js';
import { addLoop, eachRow, loopsArray, loopsFields, type Loop } from './loops.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { copyOverlaps } from './overlap.js';

/** Where the elements of a box lie in a tensor: the first one, and how far it is to the next one along each dimension. */
export interface BoxPlace {
  tensor: number;
  start: number;
  /** 0 or less where a box repeats elements, or goes through them backwards. */
  strides: readonly number[];
}

export interface BoxCopy {
  sizes: readonly number[];
  from: BoxPlace;
  to: BoxPlace;
}

/** What an op that only moves values does. */
export interface Moves {
  outputShapes: number[][];
  copies: BoxCopy[];
}

/**
 * The definition of an op that only moves values.
 * @param moves checks the op as `OpDefinition.verify` does, and says what it does; it trusts no output's shape
 */
export function movingOp<K extends Opcode>(
  opcode: K,
  constants: OpDefinition<K>['constants'],
  moves: (op: Op<K>, graph: Graph) => Moves,
): OpDefinition<K> {
  const kernel = (op: Op<K>, graph: Graph, values: Values) => copyAll(moves(op, graph).copies, values);
  return {
    opcode,
    verify: (op, graph) => void moves(op, graph),
    outputShapes: (op, graph) => moves(op, graph).outputShapes,
    macs: () => 0,
    output: 'same-as-input',
    constants,
    float32: kernel,
    int8: kernel,
    overlaps: (op, graph) => copyOverlaps(moves(op, graph).copies),
    emit: (op, graph) => copyCalls(moves(op, graph).copies, graph),
  };
}

/**
 * A box in a dense tensor of the given shape.
 * @param starts its first element, by dimension; without it, the first of all
 * @param steps from one of its elements to the next, by dimension; without it, 1
 */
export function placeIn(
  tensor: number,
  shape: readonly number[],
  starts?: readonly number[],
  steps?: readonly number[],
): BoxPlace {
  const strides: number[] = [];
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides.unshift(stride);
    stride *= shape[i]!;
  }
  const start = strides.reduce((sum, n, i) => sum + n * (starts?.[i] ?? 0), 0);
  return { tensor, start, strides: strides.map((n, i) => n * (steps?.[i] ?? 1)) };
}

/** As few loops as the strides allow, over the box's elements in order: `from` is tensor a, `to` is tensor b. */
export function copyLoops({ sizes, from, to }: BoxCopy): Loop[] {
  const loops: Loop[] = [{ size: 1, a: 1, b: 1 }];
  for (let i = sizes.length - 1; i >= 0; i--) {
    addLoop(loops, { size: sizes[i]!, a: from.strides[i]!, b: to.strides[i]! });
  }
  return loops;
}

function copyAll(copies: readonly BoxCopy[], values: Values): Kernel {
  const kernels = copies.map((copy) => copyOne(copy, values));
  return () => {
    for (const kernel of kernels) kernel();
  };
}

function copyOne(copy: BoxCopy, values: Values): Kernel {
  const input = values[copy.from.tensor] as Int8Array | Float32Array;
  const output = values[copy.to.tensor] as Int8Array | Float32Array;
  const [from, to] = [copy.from.start, copy.to.start];
  const loops = copyLoops(copy);
  const row = loops.at(-1)!;
  return eachRow(loops, (a, b) => {
    for (let i = 0; i < row.size; i++) output[to + b + i * row.b] = input[from + a + i * row.a]!;
  });
}

function copyCalls(copies: readonly BoxCopy[], graph: Graph): KernelCall[] {
  return copies.map((copy, i) => copyCall(copy, graph, copies.length > 1 ? `_${i}` : ''));
}

/** @param suffix tells the arrays of a layer's calls apart */
function copyCall(copy: BoxCopy, { tensors }: Graph, suffix: string): KernelCall {
  const loops = copyLoops(copy);
  const [name, constant] = [`loops${suffix}`, `input${suffix}`];
  const arrays: CArray[] = [loopsArray(name, loops)];
  const { data } = tensors[copy.from.tensor]!;
  if (data) arrays.push({ name: constant, type: 'int8_t', values: data as Int8Array });
  const input: CArgument = data ? { array: constant } : { tensor: copy.from.tensor };
  return {
    kernel: 'tk_copy_s8',
    params: { loops: loopsFields(name, loops), input_start: copy.from.start, output_start: copy.to.start },
    arrays,
    arguments: [input, { tensor: copy.to.tensor }],
  };
}
