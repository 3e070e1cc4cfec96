// The range of every activation, watched while the float graph runs on real inputs.
import { KilnError } from '../base/errors.js';
import type { Graph } from './graph/graph.js';
import { graphError, layerName } from './graph/verify.js';
import { createFloatInterpreter } from './interpreter.js';
import type { ValueRange } from './quantization/scales.js';

/**
 * @param inputs float32 tensors, each as long as the graph's input; taken one by one
 * @returns the range of each tensor that an op writes or that is the input, by index
 * @throws KilnError `calibration-invalid` for no inputs, or one of another length or with NaN or infinity;
 *   `graph-invalid` for a layer that makes such values of finite inputs
 */
export function calibrate(graph: Graph, inputs: Iterable<Float32Array>): Map<number, ValueRange> {
  const interpreter = createFloatInterpreter(graph);
  const watched = [...graph.inputs, ...graph.ops.flatMap(({ outputs }) => outputs)];
  const ranges = new Map(watched.map((tensor) => [tensor, { min: Infinity, max: -Infinity }]));
  const output = new Float32Array(interpreter.outputSize);
  let count = 0;
  for (const input of inputs) {
    checkInput(graph, input, count++, interpreter.inputSize);
    interpreter.invoke(input, output);
    for (const [tensor, range] of ranges) {
      if (!widen(range, interpreter.value(tensor) as Float32Array)) throw diverged(graph, tensor);
    }
  }
  if (count === 0) throw invalid(graph, 'there are no inputs to calibrate with');
  return ranges;
}

/** @returns whether all values are finite */
function widen(range: ValueRange, values: Float32Array): boolean {
  let finite = true;
  for (const value of values) {
    if (value < range.min) range.min = value;
    if (value > range.max) range.max = value;
    finite &&= Number.isFinite(value);
  }
  return finite;
}

function diverged(graph: Graph, tensor: number): KilnError {
  const op = graph.ops.find(({ outputs }) => outputs.includes(tensor))!;
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
