// AVERAGE_POOL_2D over all of its input → MEAN: its output may have a scale of its own, and averages need finer steps.
import type { Graph, Op } from '../graph/graph.js';
import { rewrite, type Draft } from './rewrite.js';

/** Rows and columns. */
const AXES = [1, 2];

export function averageAsMean(graph: Graph): Graph {
  return rewrite(graph, (draft) => {
    draft.ops = draft.ops.map((op) => (op.opcode === 'AVERAGE_POOL_2D' && isGlobal(op, draft) ? mean(op, draft) : op));
  });
}

/** Whether one window covers the input and nothing outside it. */
function isGlobal({ inputs, outputs, options }: Op<'AVERAGE_POOL_2D'>, { tensors }: Draft): boolean {
  const [, height, width] = tensors[inputs[0]!]!.shape;
  const [, rows, columns] = tensors[outputs[0]!]!.shape;
  const { filterH, filterW, activation } = options;
  return filterH === height && filterW === width && rows === 1 && columns === 1 && activation === 'NONE';
}

function mean({ name, inputs, outputs }: Op<'AVERAGE_POOL_2D'>, { tensors }: Draft): Op<'MEAN'> {
  const data = Int32Array.from(AXES);
  const axes = tensors.push({ name: `${name}/axes`, shape: [AXES.length], dtype: 'int32', data }) - 1;
  return { opcode: 'MEAN', name, inputs: [inputs[0]!, axes], outputs, options: { keepDims: true } };
}
