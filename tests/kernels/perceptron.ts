// A network that takes moments to compile: dense layers of these widths behind 32 inputs.
import type { Graph } from '../../converter/graph/graph.js';
import { GraphBuilder } from './builder.js';

export function perceptron(...widths: number[]): Graph {
  const b = new GraphBuilder('perceptron', 1);
  const input = b.activation([1, 32], 0.1, 0);
  let [x, width] = [input, 32];
  for (const next of widths) {
    const output = b.activation([1, next], 0.1, 0);
    const weights = b.weights({ shape: [next, width], scales: [0.01], axis: 0 });
    const inputs = [x, weights, b.bias(x, weights, next, 100)];
    b.op('FULLY_CONNECTED', inputs, output, { activation: 'RELU', keepNumDims: false });
    [x, width] = [output, next];
  }
  return b.graph(input, x);
}
