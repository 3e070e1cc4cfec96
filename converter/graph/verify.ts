// What every graph must hold before anything computes with it, whatever its ops: indices, order, shapes, data, scales.
import { KilnError } from '../../base/errors.js';
import { ARRAY_TYPES, elements, type DType, type Graph, type Op, type Quantization, type Tensor } from './graph.js';
import { printType, quoted } from './print.js';

/** Elements of all tensors together: far above any microcontroller, and still in a host's memory. */
const MAX_ELEMENTS = 2 ** 26;
const MAX_RANK = 8;
const MAX_TENSORS = 2 ** 14;
const STATE_DTYPES: ReadonlySet<DType> = new Set(['float32', 'int8', 'int16']);

export type GraphErrorCode = 'graph-invalid' | 'graph-too-large';

/** The error for a graph that does not hold together, at a layer or a tensor. */
export function graphError(where: string, what: string, code: GraphErrorCode = 'graph-invalid'): KilnError {
  const todo = 'Export the model again, or convert it from its float form.';
  return new KilnError(code, { where, what, todo });
}

/** `model.tflite, layer "conv_1" (CONV_2D)` */
export function layerName(op: Op, graph: Graph): string {
  return `${graph.name}, layer ${quoted(op.name)} (${op.opcode})`;
}

/**
 * Checks that indices exist, tensors are written once and before they are read, shapes are positive and of bounded
 * size, constants have as many values as their shape says, and scales are positive with zero points of the right count.
 * @throws KilnError `graph-invalid` or `graph-too-large` that names the layer or the tensor
 */
export function verifyStructure(graph: Graph): void {
  verifyCounts(graph);
  const inner = new Set(graph.ops.flatMap(({ intermediates = [] }) => intermediates));
  graph.tensors.forEach((tensor, index) => verifyTensor(tensor, graph, inner.has(index) ? 0 : 1));
  const total = graph.tensors.reduce((sum, { shape }) => sum + elements(shape), 0);
  if (total > MAX_ELEMENTS) {
    throw graphError(
      graph.name,
      `its tensors have ${total} elements, and ${MAX_ELEMENTS} is the limit`,
      'graph-too-large',
    );
  }
  verifyOrder(graph);
}

function verifyCounts({ name, ops, tensors, inputs, outputs }: Graph): void {
  for (const [what, { length }] of Object.entries({ op: ops, input: inputs, output: outputs })) {
    if (length === 0) throw graphError(name, `has no ${what}`);
  }
  for (const [what, { length }] of Object.entries({ ops, tensors })) {
    if (length > MAX_TENSORS)
      throw graphError(name, `has ${length} ${what}, and ${MAX_TENSORS} is the limit`, 'graph-too-large');
  }
}

/** @param least size of a dimension: what only carries a quantization has no elements in TensorFlow's files */
function verifyTensor(tensor: Tensor, graph: Graph, least: 0 | 1): void {
  const where = `${graph.name}, tensor ${quoted(tensor.name)}`;
  const { shape, dtype, data, quantization, isVariable } = tensor;
  if (shape.length > MAX_RANK || shape.some((n) => !Number.isSafeInteger(n) || n < least)) {
    throw graphError(where, `has the shape [${shape.slice(0, MAX_RANK + 1).join(',')}]`);
  }
  if (data && (data.length !== elements(shape) || !(data instanceof ARRAY_TYPES[dtype]))) {
    throw graphError(where, `is ${printType(tensor)} with a ${data.constructor.name} of ${data.length} values`);
  }
  if (isVariable && (data || !STATE_DTYPES.has(dtype))) {
    throw graphError(where, `is state of ${printType(tensor)}${data ? ' with values' : ''}`);
  }
  if (quantization) verifyQuantization(quantization, tensor, where);
}

function verifyQuantization({ scale, zeroPoint, axis }: Quantization, { shape }: Tensor, where: string): void {
  const wrong = scale.find((s) => !(s > 0 && Number.isFinite(s) && Math.fround(s) === s));
  if (wrong !== undefined) throw graphError(where, `has the scale ${wrong}, and a scale is a positive float32`);
  if (scale.length === 0 || zeroPoint.length !== scale.length || !zeroPoint.every(Number.isInteger)) {
    throw graphError(where, `has ${scale.length} scales and ${zeroPoint.length} zero points`);
  }
  if (scale.length > 1 && shape[axis] !== scale.length) {
    throw graphError(where, `has ${scale.length} scales on axis ${axis} of the shape [${shape.join(',')}]`);
  }
}

/** Constants, state and inputs are there from the start; each op reads what is there and adds its outputs. */
function verifyOrder(graph: Graph): void {
  const lasting = ({ data, isVariable }: Tensor) => data !== undefined || isVariable === true;
  const known = new Set<number>(graph.tensors.flatMap((tensor, index) => (lasting(tensor) ? [index] : [])));
  for (const index of graph.inputs) define(index, known, graph, graph.name);
  for (const op of graph.ops) {
    const where = layerName(op, graph);
    for (const index of op.inputs) if (index !== -1) expectKnown(index, known, graph, where);
    if (op.outputs.length === 0) throw graphError(where, 'has no output');
    for (const index of op.outputs) define(index, known, graph, where);
  }
  for (const index of graph.outputs) {
    expectKnown(index, known, graph, graph.name);
    if (lasting(graph.tensors[index]!))
      throw graphError(graph.name, `its output tensor ${index} is a constant or state`);
  }
  for (const op of graph.ops) for (const index of op.intermediates ?? []) expectUnused(index, known, op, graph);
}

/** An op's intermediates hold no values, so nothing may read or write them. */
function expectUnused(index: number, known: ReadonlySet<number>, op: Op, graph: Graph): void {
  const where = layerName(op, graph);
  if (!graph.tensors[index]) throw graphError(where, `uses tensor ${index} of ${graph.tensors.length}`);
  if (known.has(index)) throw graphError(where, `has an intermediate ${quoted(graph.tensors[index].name)} with values`);
}

function define(index: number, known: Set<number>, graph: Graph, where: string): void {
  const tensor = graph.tensors[index];
  if (!tensor) throw graphError(where, `uses tensor ${index} of ${graph.tensors.length}`);
  if (known.has(index)) throw graphError(where, `writes tensor ${quoted(tensor.name)}, which has its value already`);
  known.add(index);
}

function expectKnown(index: number, known: ReadonlySet<number>, graph: Graph, where: string): void {
  const tensor = graph.tensors[index];
  if (!tensor) throw graphError(where, `uses tensor ${index} of ${graph.tensors.length}`);
  if (!known.has(index)) throw graphError(where, `reads tensor ${quoted(tensor.name)} before anything writes it`);
}
