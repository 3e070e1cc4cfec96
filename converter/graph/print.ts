// A graph as text, one line per op, and the forms in which messages show its parts.
import { type Graph, type Op, type Quantization, type Tensor } from './graph.js';

const SHOWN_LENGTH = 60;

/** A name from a file in quotation marks, without control characters, cut to a readable length. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > SHOWN_LENGTH ? `${name.slice(0, SHOWN_LENGTH)}…` : name);
}

/** `int8[1,49,10,1]` */
export function printType({ dtype, shape }: Tensor): string {
  return `${dtype}[${shape.join(',')}]`;
}

/** `scale 0.0039 zero point -128`, or `64 scales on axis 3`. */
export function printQuantization({ scale, zeroPoint, axis }: Quantization): string {
  if (scale.length > 1) return `${scale.length} scales on axis ${axis}`;
  return `scale ${Number(scale[0]!.toPrecision(7))} zero point ${zeroPoint[0]}`;
}

/** The whole graph as lines: its inputs, each op with its options, its outputs. Without values of constants. */
export function print(graph: Graph): string {
  const lines = [
    `${graph.name}: ${graph.ops.length} ops, ${graph.tensors.length} tensors`,
    ...graph.inputs.map((index) => `input   ${printTensor(graph, index)}`),
    ...graph.ops.map(
      (op) => `${op.outputs.map((index) => printTensor(graph, index)).join(', ')} = ${printOp(graph, op)}`,
    ),
    ...graph.outputs.map((index) => `output  ${printTensor(graph, index)}`),
    ...[...graph.metadata].map(([key, value]) => `metadata ${quoted(key)}: ${value.length} bytes`),
  ];
  return lines.join('\n') + '\n';
}

function printOp(graph: Graph, op: Op): string {
  const inputs = op.inputs.map((index) => (index < 0 ? 'none' : printTensor(graph, index)));
  const options = Object.entries(op.options).map(([key, value]) => `${key}=${String(value)}`);
  return `${op.opcode}(${inputs.join(', ')})${options.length > 0 ? ` {${options.join(' ')}}` : ''}`;
}

function printTensor(graph: Graph, index: number): string {
  const tensor = graph.tensors[index];
  if (!tensor) return `%${index}`;
  const quantization = tensor.quantization ? ` ${printQuantization(tensor.quantization)}` : '';
  return `%${index} ${quoted(tensor.name)} ${printType(tensor)}${quantization}`;
}
