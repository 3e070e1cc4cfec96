// How UNIDIRECTIONAL_SEQUENCE_LSTM is quantized: the hidden state as the output, the cell state by a power of two.
import type { Op, Quantization, Tensor } from '../graph/graph.js';
import {
  biasQuantization,
  quantizeBias,
  quantizeWeights,
  weightQuantization,
  type ValueRange,
} from '../quantization/scales.js';
import { GATES, LSTM } from './lstm_inputs.js';
import type { QuantizationContext } from './op.js';

const CELL_BITS = 15;
/** Bounds of the power of two that the cell state stays below; what a step adds to it is below 1, and must not saturate. */
const LEAST_CELL_POWER = 0;
const LARGEST_CELL_POWER = 17;

type LstmOp = Op<'UNIDIRECTIONAL_SEQUENCE_LSTM'>;
type FloatConstant = Tensor & { data: Float32Array };

export function quantizeLstm(op: LstmOp, context: QuantizationContext): Pick<Op, 'inputs' | 'intermediates'> {
  const { tensors } = context;
  const [hidden, cell] = [op.inputs[LSTM.hidden]!, op.inputs[LSTM.cell]!];
  const output = tensors[op.outputs[0]!]!.quantization!;
  tensors[hidden] = { ...tensors[hidden]!, dtype: 'int8', quantization: output };
  const cellScale = cellQuantization(context.rangeOf(cell));
  tensors[cell] = { ...tensors[cell]!, dtype: 'int16', quantization: cellScale };
  const inputs = [...op.inputs];
  GATES.forEach((_, gate) => quantizeGate(gate, inputs, context, output));
  return { inputs, intermediates: intermediatesOf(op, tensors, output) };
}

/** int16, symmetric: one below the power of two that holds the range. */
function cellQuantization({ min, max }: ValueRange): Quantization {
  const power = Math.ceil(Math.log2(Math.max(-min, max)));
  const bounded = Math.max(LEAST_CELL_POWER, Math.min(LARGEST_CELL_POWER, power));
  return { scale: [2 ** (bounded - CELL_BITS)], zeroPoint: [0], axis: 0 };
}

/** Replaces a gate's weights and bias among the op's inputs. */
function quantizeGate(gate: number, inputs: number[], context: QuantizationContext, output: Quantization): void {
  const { graph, tensors } = context;
  const float = (position: number) => graph.tensors[inputs[position]!] as FloatConstant;
  const [weightsAt, recurrentAt, biasAt] = [LSTM.inputWeights, LSTM.recurrentWeights, LSTM.biases].map(
    (first) => first + gate,
  ) as [number, number, number];
  const inputScale = tensors[inputs[LSTM.input]!]!.quantization!.scale[0]!;
  const bias = float(biasAt);
  const weights = weightsOf(float(weightsAt), inputScale, bias.data);
  const unit = biasQuantization(inputScale, weights.quantization);
  const recurrent = weightsOf(float(recurrentAt), output.scale[0]!, undefined);
  const biases: Tensor = { ...bias, dtype: 'int32', quantization: unit, data: quantizeBias(bias.data, unit) };
  inputs[weightsAt] = context.place(inputs[weightsAt]!, weights);
  inputs[recurrentAt] = context.place(inputs[recurrentAt]!, recurrent);
  inputs[biasAt] = context.place(inputs[biasAt]!, biases);
}

function weightsOf(weights: FloatConstant, vectorScale: number, bias: Float32Array | undefined) {
  const { data, shape } = weights;
  const quantization = weightQuantization(data, shape, null, vectorScale, bias);
  return { ...weights, dtype: 'int8' as const, quantization, data: quantizeWeights(data, shape, quantization) };
}

const GATE_INTERMEDIATES = GATES.map((gate) => `input_to_${gate}_intermediate`);

/** TensorFlow's desktop kernel looks for five, and reads the last one's scale; TFLite Micro does without. */
function intermediatesOf(op: LstmOp, tensors: Tensor[], output: Quantization): readonly number[] {
  const gates = GATE_INTERMEDIATES.map((name): Tensor => ({
    name: `${op.name}/${name}`,
    shape: [0],
    dtype: 'float32',
  }));
  const name = `${op.name}/effective_hidden_scale_intermediate`;
  const hidden: Tensor = { name, shape: [0], dtype: 'int8', quantization: output };
  const given = op.intermediates?.length === gates.length + 1 ? op.intermediates : undefined;
  return [...gates, hidden].map((tensor, i) => {
    if (!given) return tensors.push(tensor) - 1;
    tensors[given[i]!] = tensor;
    return given[i]!;
  });
}
