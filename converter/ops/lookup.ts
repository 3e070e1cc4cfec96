// Element-wise ops: in int8 there are 256 inputs, so their outputs are computed once, in the reference's arithmetic, and
// then looked up.
import type { Core, KernelCall } from '../codegen/kernel_call.js';
import { elements, type Graph, type Op, type Opcode } from '../graph/graph.js';
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from '../quantization/multiplier.js';
import { throughTensors } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, OutputRule, Values } from './op.js';
import { elementwiseOverlaps } from './overlap.js';

/** Per-tensor scale and zero point. */
export interface Grid {
  scale: number;
  zeroPoint: number;
}

type RealFunction = (x: number) => number;

export interface Elementwise<K extends Opcode> {
  opcode: K;
  output: OutputRule;
  leastOutputScale?: OpDefinition<K>['leastOutputScale'];
  /** What is to be checked beside the tensors and a fixed output: in both forms, and in int8. */
  verify?: (check: LayerCheck, op: Op<K>) => void;
  verifyInt8?: (check: LayerCheck, op: Op<K>, input: Grid, output: Grid) => void;
  real(op: Op<K>): RealFunction;
  /** From input − its zero point to output − its zero point: whole numbers, not yet clamped to int8. */
  quantized(op: Op<K>, input: Grid, output: Grid): RealFunction;
}

/** The definition of an op with one input that it maps element by element. */
export function elementwise<K extends Opcode>(parts: Elementwise<K>): OpDefinition<K> {
  // What is shared does not depend on the opcode, and what is not comes from `parts` of the same opcode.
  return definition(parts as unknown as Elementwise<Opcode>) as unknown as OpDefinition<K>;
}

function definition(parts: Elementwise<Opcode>): OpDefinition<Opcode> {
  const table = (op: Op, graph: Graph) => lookupTable(op, graph, (input, output) => parts.quantized(op, input, output));
  return {
    opcode: parts.opcode,
    verify(op, graph) {
      const check = new LayerCheck(op, graph, { least: 1 });
      if (typeof parts.output === 'object') check.fixedOutput(parts.output);
      parts.verify?.(check, op);
      if (check.form === 'int8') parts.verifyInt8?.(check, op, ...gridsOf(op, graph));
    },
    outputShapes: sameShape,
    macs: () => 0,
    output: parts.output,
    leastOutputScale: parts.leastOutputScale,
    constants: {},
    float32: (op, _graph, values) => mapReal(op, values, parts.real(op)),
    int8: (op, graph, values) => lookup(op, values, table(op, graph)),
    emit: (op, graph, core) => [lookupCall(op, graph, core, table(op, graph))],
    overlaps: elementwiseOverlaps,
  };
}

export function sameShape(op: Op, graph: Graph): number[][] {
  return [[...graph.tensors[op.inputs[0]!]!.shape]];
}

function mapReal(op: Op, values: Values, real: RealFunction): Kernel {
  const input = values[op.inputs[0]!] as Float32Array;
  const output = values[op.outputs[0]!] as Float32Array;
  return () => {
    for (let i = 0; i < input.length; i++) output[i] = real(input[i]!);
  };
}

function gridsOf(op: Op, graph: Graph): [input: Grid, output: Grid] {
  return [gridOf(op.inputs[0]!, graph), gridOf(op.outputs[0]!, graph)];
}

/** Of an int8 tensor that is checked. */
export function gridOf(tensor: number, graph: Graph): Grid {
  const { scale, zeroPoint } = graph.tensors[tensor]!.quantization!;
  return { scale: scale[0]!, zeroPoint: zeroPoint[0]! };
}

/** The outputs for the inputs −128 … 127, of an int8 op whose function `quantized` gives as `Elementwise` says. */
export function lookupTable(op: Op, graph: Graph, quantized: (input: Grid, output: Grid) => RealFunction): Int8Array {
  const [input, output] = gridsOf(op, graph);
  const map = quantized(input, output);
  return Int8Array.from({ length: 256 }, (_, i) => {
    const mapped = map(i - 128 - input.zeroPoint) + output.zeroPoint;
    return Math.max(-128, Math.min(127, mapped));
  });
}

export function lookup(op: Op, values: Values, table: Int8Array): Kernel {
  const input = values[op.inputs[0]!] as Int8Array;
  const output = values[op.outputs[0]!] as Int8Array;
  return () => {
    for (let i = 0; i < input.length; i++) output[i] = table[input[i]! + 128]!;
  };
}

/** The C of a lookup: a clamp where the table is nothing more, which spares its 256 bytes. */
export function lookupCall(op: Op, graph: Graph, core: Core, table: Int8Array): KernelCall {
  const count = elements(graph.tensors[op.inputs[0]!]!.shape);
  const [min, max] = [table[0]!, table[255]!];
  if (table.every((value, i) => value === Math.max(min, Math.min(max, i - 128)))) {
    return { kernel: 'tk_clamp_s8', params: { count, min, max }, arrays: [], arguments: throughTensors(op) };
  }
  const [input, output] = throughTensors(op);
  return {
    kernel: core === 'mve' ? 'tk_lookup_mve_s8' : 'tk_lookup_s8',
    params: { count },
    arrays: [{ name: 'table', type: 'int8_t', values: table }],
    arguments: [input!, { array: 'table' }, output!],
  };
}

/** Differences of int8 reach 255: multiplied by more they would be shifted out of their 32 bits. */
const RATIO_LIMIT = 2 ** 23;

/**
 * Input scale / output scale, in double. (So in TFLite Micro at its commit 8f6596d; at 90b983c2 all but QUANTIZE divide in
 * float32, which turns an output only where it lies within 2⁻¹⁵ of a tie.)
 */
export function scaleRatio(input: Grid, output: Grid): number {
  return input.scale / output.scale;
}

/** @param ratio what `rescale` is to multiply by. @param what it is made of, for the message */
export function checkRatio(check: LayerCheck, ratio: number, what = 'input scale / output scale'): void {
  check.expect(ratio < RATIO_LIMIT, () => `has ${what} = ${ratio}, and it has to be below 2^23`);
}

/** The output scale that half of that ratio gives, as the quantizer rounds what it is told. */
export function leastScaleOf(inputScale: number): number {
  return inputScale / (RATIO_LIMIT / 2);
}

/** x × ratio with gemmlowp's double rounding, for the differences that `checkRatio` is about. */
export function rescale(ratio: number): RealFunction {
  const { multiplier, shift } = quantizeMultiplier(ratio);
  return (x) => multiplyByQuantizedMultiplier(x, multiplier, shift);
}
