// State tensors: what an op with a memory has to have among its inputs.
import type { DType, Graph, Op, Tensor } from '../graph/graph.js';
import { printType } from '../graph/print.js';
import type { LayerCheck } from './layer_check.js';

interface StateForm {
  role: string;
  dtype: DType;
  shape: readonly number[];
}

/** The state at an input: of its dtype and shape; where it is not float32, with one scale and a zero point in its range. */
export function stateOf(check: LayerCheck, op: Op, graph: Graph, index: number, form: StateForm): Tensor {
  const { role, dtype, shape } = form;
  const tensor = graph.tensors[op.inputs[index] ?? -1];
  if (!tensor?.isVariable) throw check.error(`its input ${index} has to be its ${role}, a state`);
  check.expect(
    tensor.dtype === dtype && tensor.shape.join() === shape.join(),
    () => `its ${role} is ${printType(tensor)}, and has to be ${dtype}[${shape.join(',')}]`,
  );
  if (dtype !== 'float32') checkGrid(check, tensor, role);
  return tensor;
}

function checkGrid(check: LayerCheck, { dtype, quantization }: Tensor, role: string): void {
  if (quantization?.scale.length !== 1)
    throw check.error(`its ${role} is ${dtype} without one scale and one zero point`);
  const zeroPoint = quantization.zeroPoint[0]!;
  const [least, most] = dtype === 'int8' ? [-128, 127] : [0, 0];
  check.expect(
    zeroPoint >= least && zeroPoint <= most,
    () => `its ${role} has zero point ${zeroPoint}, and it has to be in ${least} … ${most}`,
  );
}
