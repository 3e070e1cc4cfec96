// The checks of weights and biases, up to the proof that no int32 accumulator can overflow whatever the input is.
import { elements, type Graph, type Quantization, type Tensor } from '../graph/graph.js';
import { checkActivation } from './activation_check.js';
import { farthest, fitsInt32 } from './int32_range.js';
import type { LayerCheck } from './layer_check.js';
import { operandIndices, operandPositions, type WeightedOp } from './operands.js';
import { realMultiplier, requantization } from './requantize.js';

/** Real multipliers from here on would shift an accumulator out of its 32 bits. */
const MULTIPLIER_LIMIT = 2 ** 30;
/** TFLite Micro's limit on a bias scale's error, in units of the output's scale. */
const BIAS_SCALE_TOLERANCE = 0.02;

/** What an op's weights have to look like. */
export interface WeightsForm {
  channels: number;
  /** The dimension of the output channels: the first, or the last. */
  axis: number;
}

/** Checks an op's weights and bias: dtypes, shapes, scales and, in int8, the activation's and the accumulators' range. */
export function checkWeights(check: LayerCheck, op: WeightedOp, graph: Graph, form: WeightsForm): void {
  const int8 = check.form === 'int8';
  const weights = check.constant(1, 'weights', check.form);
  const hasBias = operandIndices(op).bias !== -1;
  const bias = hasBias ? check.constant(operandPositions(op).bias, 'biases', int8 ? 'int32' : 'float32') : undefined;
  const biases = bias ? elements(bias.shape) : form.channels;
  check.expect(biases === form.channels, () => `has ${biases} biases for ${form.channels} channels`);
  if (!int8) return;
  checkActivation(check, op.options.activation);
  checkScales(check, weights.quantization, form.axis);
  checkMultipliers(check, op, graph, form.channels);
  if (op.opcode === 'FULLY_CONNECTED' && bias) checkBiasScale(check, weights.quantization!, bias);
  checkAccumulators(check, op, graph, weights, bias, form);
}

function checkScales(check: LayerCheck, q: Quantization | undefined, axis: number): void {
  if (!q) throw check.error('has int8 weights without scales');
  check.expect(
    q.scale.length === 1 || q.axis === axis,
    () => `has weight scales on axis ${q.axis}, and they have to be on axis ${axis}`,
  );
  const wrong = q.zeroPoint.find((zeroPoint) => zeroPoint !== 0);
  check.expect(wrong === undefined, () => `has weights with zero point ${wrong}, and it has to be 0`);
}

function checkMultipliers(check: LayerCheck, op: WeightedOp, graph: Graph, channels: number): void {
  for (let c = 0; c < channels; c++) {
    const real = realMultiplier(op, graph, c);
    check.expect(
      real < MULTIPLIER_LIMIT,
      () => `its channel ${c} has input scale × weight scale / output scale = ${real}, and it has to be below 2^30`,
    );
  }
}

function checkBiasScale(check: LayerCheck, weights: Quantization, bias: Tensor): void {
  if (weights.scale.length > 1) return;
  const product = check.input.quantization!.scale[0]! * weights.scale[0]!;
  const scale = bias.quantization?.scale[0] ?? 0;
  check.expect(
    Math.abs(product - scale) / check.output.quantization!.scale[0]! <= BIAS_SCALE_TOLERANCE,
    () => `has a bias scale of ${scale}, and it has to be input scale × weight scale = ${product}`,
  );
}

/** The largest |accumulator| of each channel, from the weights and the farthest input value, must fit 32 bits after its shift. */
function checkAccumulators(
  check: LayerCheck,
  op: WeightedOp,
  graph: Graph,
  weights: Tensor,
  bias: Tensor | undefined,
  { channels, axis }: WeightsForm,
): void {
  const { inputOffset, shifts } = requantization(op, graph, channels);
  const reach = farthest(-inputOffset);
  const sums = absoluteSums(weights.data as Int8Array, channels, axis > 0);
  for (let c = 0; c < channels; c++) {
    const largest = sums[c]! * reach + Math.abs(Number(bias?.data?.[c] ?? 0));
    check.expect(
      fitsInt32(largest, shifts[c]!),
      () => `its channel ${c} can overflow a 32-bit accumulator: its weights and bias reach ${largest}`,
    );
  }
}

/** Σ |weight| of each channel. */
function absoluteSums(weights: Int8Array, channels: number, channelsLast: boolean): Float64Array {
  const sums = new Float64Array(channels);
  const depth = weights.length / channels;
  for (let i = 0; i < weights.length; i++) {
    sums[channelsLast ? i % channels : Math.floor(i / depth)]! += Math.abs(weights[i]!);
  }
  return sums;
}
