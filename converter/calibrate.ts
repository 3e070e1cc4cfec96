// The distribution of every activation, watched while the float graph runs on real inputs.
import { KilnError } from '../base/errors.js';
import { elements, type Graph } from './graph/graph.js';
import { printType } from './graph/print.js';
import { graphError, layerName } from './graph/verify.js';
import { GraphInterpreter } from './interpreter.js';
import { Histogram } from './quantization/histogram.js';

/** Of each tensor that an op writes, that is an input, or that is state, by index. */
export type Distributions = ReadonlyMap<number, Histogram>;

/**
 * @param inputs float32 values of all the graph's inputs, one input behind the other in the graph's order; taken one by
 *   one, and in this order where the graph has state
 * @throws KilnError `calibration-invalid` for no inputs, or one of another length or with NaN or infinity;
 *   `graph-invalid` for an input that is not float32, and for a layer that makes such values of finite inputs
 */
export function calibrate(graph: Graph, inputs: Iterable<Float32Array>): Distributions {
  const watched = [...graph.inputs, ...graph.ops.flatMap(({ outputs }) => outputs)];
  const states = graph.tensors.flatMap(({ isVariable }, index) => (isVariable ? [index] : []));
  const distributions = new Map([...watched, ...states].map((tensor) => [tensor, new Histogram()]));
  const observe = (tensor: number) => {
    if (!distributions.get(tensor)!.add(interpreter.value(tensor) as Float32Array)) throw diverged(graph, tensor);
  };
  const interpreter: GraphInterpreter = new GraphInterpreter(graph, observe);
  const size = inputSize(graph);
  let count = 0;
  for (const input of inputs) {
    checkInput(graph, input, count++, size);
    feed(interpreter, input);
    interpreter.invoke();
    watched.forEach(observe);
  }
  if (count === 0) throw invalid(graph, 'there are no inputs to calibrate with');
  return distributions;
}

/** Elements of all inputs of a float graph together. */
export function inputSize(graph: Graph): number {
  const tensors = graph.inputs.map((index) => graph.tensors[index]!);
  const other = tensors.find(({ dtype }) => dtype !== 'float32');
  if (other) throw graphError(graph.name, `its input is ${printType(other)}, and float32 is expected`);
  return tensors.reduce((sum, { shape }) => sum + elements(shape), 0);
}

/** Gives a float graph its inputs, which lie one behind the other. */
export function feed({ inputs }: GraphInterpreter, values: Float32Array): void {
  let start = 0;
  for (const input of inputs as Float32Array[]) input.set(values.subarray(start, (start += input.length)));
}

function diverged(graph: Graph, tensor: number): KilnError {
  const { isVariable } = graph.tensors[tensor]!;
  const op = graph.ops.find(({ inputs, outputs }) => (isVariable ? inputs : outputs).includes(tensor))!;
  return graphError(layerName(op, graph), 'gives NaN or infinity on a calibration input');
}

function checkInput(graph: Graph, input: Float32Array, index: number, size: number): void {
  if (input.length !== size) throw invalid(graph, `calibration input ${index} has ${input.length} values, not ${size}`);
  const wrong = input.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw invalid(graph, `calibration input ${index} has ${input[wrong]} at ${wrong}`);
}

function invalid({ name }: Graph, what: string): KilnError {
  return new KilnError('calibration-invalid', {
    where: name,
    what,
    todo: 'Give finite inputs as the model will see them.',
  });
}
