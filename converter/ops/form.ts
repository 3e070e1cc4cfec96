// Which of its two arithmetics an op uses in a graph.
import type { Graph, Op } from '../graph/graph.js';
import type { Form } from './layer_check.js';

/** int8 where an activation that it reads or writes is int8: so QUANTIZE and DEQUANTIZE, which stand between, are int8 ops. */
export function formOf(op: Op, { tensors }: Graph): Form {
  const activations = [...op.inputs, ...op.outputs].map((index) => tensors[index]).filter((tensor) => !tensor?.data);
  return activations.some((tensor) => tensor?.dtype === 'int8') ? 'int8' : 'float32';
}
