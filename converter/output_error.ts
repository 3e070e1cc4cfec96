// How far an int8 graph's outputs are from its float form's.
import { feed } from './calibrate.js';
import type { Graph, Quantization, TypedData } from './graph/graph.js';
import { GraphInterpreter } from './interpreter.js';
import { definitionOf } from './ops/table.js';
import { decibels, Noise } from './quantization/noise.js';
import { quantizeValues } from './quantization/scales.js';

/**
 * @param reference float32
 * @returns the signal-to-noise ratio, in dB, of an int8 graph with the same indices of tensors at its outputs; where an
 *   output's scale is fixed (SOFTMAX and its like), at what it is computed of: there an error shows before it tips a decision
 */
export function outputError(reference: Graph, inputs: readonly Float32Array[]): (int8: Graph) => number {
  const tensors = judged(reference);
  const interpreter = new GraphInterpreter(reference);
  const expected = inputs.map((input) => {
    feed(interpreter, input);
    interpreter.invoke();
    return tensors.map((index) => (interpreter.value(index) as Float32Array).slice());
  });
  return (int8) => {
    const quantized = new GraphInterpreter(int8);
    const noises = tensors.map(() => new Noise());
    inputs.forEach((input, n) => {
      feedQuantized(quantized, int8, input);
      quantized.invoke();
      tensors.forEach((index, t) => noises[t]!.add(expected[n]![t]!, realValues(quantized, int8, index)));
    });
    const relative = noises.map(({ noise, signal }) => noise / Math.max(signal, Number.MIN_VALUE));
    return decibels(
      tensors.length,
      relative.reduce((sum, ratio) => sum + ratio),
    );
  };
}

function judged({ ops, outputs }: Graph): number[] {
  return outputs.map((output) => {
    const producer = ops.find((op) => op.outputs.includes(output));
    return producer && typeof definitionOf(producer).output === 'object' ? producer.inputs[0]! : output;
  });
}

/** Gives an int8 graph its inputs: real values, one input behind the other. */
export function feedQuantized(
  { inputs }: GraphInterpreter,
  { tensors, inputs: indices }: Graph,
  values: Float32Array,
): void {
  let start = 0;
  inputs.forEach((input, i) => {
    const part = values.subarray(start, (start += input.length));
    (input as Int8Array).set(quantizeValues(part, tensors[indices[i]!]!.quantization!));
  });
}

/** What an int8 tensor's values mean. */
export function realValues(interpreter: GraphInterpreter, { tensors }: Graph, index: number): Float64Array {
  return dequantized(interpreter.value(index), tensors[index]!.quantization!);
}

export function dequantized(values: TypedData, { scale, zeroPoint }: Quantization): Float64Array {
  return Float64Array.from(values as Int8Array, (q) => scale[0]! * (q - zeroPoint[0]!));
}
