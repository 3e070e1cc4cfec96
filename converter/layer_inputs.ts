// What the weights of each layer are multiplied with, over real inputs: its mean and covariance.
import { feed } from './calibrate.js';
import type { Graph } from './graph/graph.js';
import { GraphInterpreter } from './interpreter.js';
import type { AccumulatingOp } from './ops/requantize.js';
import { weightRows } from './ops/weight_rows.js';
import { slide, windowGeometry } from './ops/window.js';
import { Covariance } from './quantization/covariance.js';

/** One for each group of inputs, by the layer's output tensor. */
export type LayerInputs = ReadonlyMap<number, readonly Covariance[]>;

/** Longer rows have too many covariances to keep and to solve for. */
const MAX_DEPTH = 1024;
/** Multiplications for the covariances of one layer, over all inputs: some tenths of a second. */
const MAX_PRODUCTS = 5e7;

/** Runs the float graph; of long rows and many places, some are passed over evenly. */
export function observeLayerInputs(graph: Graph, inputs: readonly Float32Array[]): LayerInputs {
  const interpreter = new GraphInterpreter(graph);
  const observers = graph.ops.flatMap((op) => observer(op as AccumulatingOp, graph, interpreter, inputs.length) ?? []);
  for (const input of inputs) {
    feed(interpreter, input);
    interpreter.invoke();
    for (const { observe } of observers) observe();
  }
  return new Map(observers.map(({ output, seen }) => [output, seen]));
}

function observer(op: AccumulatingOp, graph: Graph, interpreter: GraphInterpreter, inputs: number) {
  const rows = weightRows(op, graph);
  if (!rows || rows.depth > MAX_DEPTH) return undefined;
  const { groups, depth } = rows;
  const seen = Array.from({ length: groups }, () => new Covariance(depth));
  const patch = new Float64Array(groups * depth);
  const step = Math.max(1, Math.ceil((inputs * places(op, graph) * groups * depth ** 2) / MAX_PRODUCTS));
  let next = 0;
  const observe = patches(op, graph, interpreter, patch, () => {
    if (next++ % step === 0) seen.forEach((covariance, group) => covariance.add(patch, group, groups));
  });
  return { output: op.outputs[0]!, seen, observe };
}

/** Rows of the input, or places of the window. */
function places(op: AccumulatingOp, { tensors }: Graph): number {
  const { shape } = tensors[op.outputs[0]!]!;
  return shape.slice(0, -1).reduce((product, n) => product * n, 1);
}

/** Fills `patch` with what each output place is computed of, and visits. */
function patches(
  op: AccumulatingOp,
  graph: Graph,
  interpreter: GraphInterpreter,
  patch: Float64Array,
  visit: () => void,
): () => void {
  const input = interpreter.value(op.inputs[0]!) as Float32Array;
  if (op.opcode !== 'FULLY_CONNECTED') return slide(windowGeometry(op, graph), input, 0, patch, visit);
  return () => {
    for (let start = 0; start < input.length; start += patch.length) {
      patch.set(input.subarray(start, start + patch.length));
      visit();
    }
  };
}
