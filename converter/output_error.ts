// How far a quantized graph's values are from those of its float form.
import { feed } from './calibrate.js';
import type { Graph, Quantization, TypedData } from './graph/graph.js';
import { GraphInterpreter } from './interpreter.js';
import { definitionOf } from './ops/table.js';
import { Noise } from './quantization/noise.js';
import { quantizeValues } from './quantization/scales.js';

/** What some tensors of a float graph hold on each of some inputs. */
export class Expectation {
  private readonly expected: Float32Array[][];

  constructor(
    reference: Graph,
    readonly tensors: readonly number[],
    private readonly inputs: readonly Float32Array[],
  ) {
    const interpreter = new GraphInterpreter(reference);
    this.expected = inputs.map((input) => {
      feed(interpreter, input);
      interpreter.invoke();
      return tensors.map((index) => (interpreter.value(index) as Float32Array).slice());
    });
  }

  /** @returns what the tensors' noise is in units of their signal, on average, where `run` gives them */
  noise(run: (input: Float32Array) => readonly ArrayLike<number>[]): number {
    const noises = this.tensors.map(() => new Noise());
    this.inputs.forEach((input, n) => {
      run(input).forEach((found, t) => noises[t]!.add(this.expected[n]![t]!, found));
    });
    const relative = noises.map(({ noise, signal }) => noise / Math.max(signal, Number.MIN_VALUE));
    return relative.reduce((sum, ratio) => sum + ratio) / relative.length;
  }
}

/**
 * The tensors at which a way to quantize is judged: the outputs; where an output's scale is fixed (SOFTMAX and its like),
 * what it is computed of: there an error shows before it tips a decision.
 */
export function judgedTensors({ ops, outputs }: Graph): number[] {
  return outputs.map((output) => {
    const producer = ops.find((op) => op.outputs.includes(output));
    return producer && typeof definitionOf(producer).output === 'object' ? producer.inputs[0]! : output;
  });
}

/** Runs an int8 graph on real inputs. @returns what the tensors then hold, as real values */
export function int8Runner(int8: Graph, tensors: readonly number[]): (input: Float32Array) => Float64Array[] {
  const interpreter = new GraphInterpreter(int8);
  return (input) => {
    feedQuantized(interpreter, int8, input);
    interpreter.invoke();
    return tensors.map((index) => dequantized(interpreter.value(index), int8.tensors[index]!.quantization!));
  };
}

/** Gives an int8 graph its inputs: real values, one input behind the other. */
export function feedQuantized({ inputs }: GraphInterpreter, graph: Graph, values: Float32Array): void {
  let start = 0;
  inputs.forEach((input, i) => {
    const part = values.subarray(start, (start += input.length));
    (input as Int8Array).set(quantizeValues(part, graph.tensors[graph.inputs[i]!]!.quantization!));
  });
}

/** What the values of an int8 activation mean. */
export function dequantized(values: TypedData, { scale, zeroPoint }: Quantization): Float64Array {
  return Float64Array.from(values as Int8Array, (q) => scale[0]! * (q - zeroPoint[0]!));
}
