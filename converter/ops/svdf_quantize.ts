// How SVDF is quantized: a 16-bit state with the range that was seen, and time weights that leave its sums room.
import type { Op, Quantization, Tensor } from '../graph/graph.js';
import {
  leastOutputScale,
  quantizeBias,
  quantizeWeights,
  weightQuantization,
  type ValueRange,
} from '../quantization/scales.js';
import type { QuantizationContext } from './op.js';
import { INPUT, svdfSizes } from './svdf_sizes.js';

const STATE_MAX = 2 ** 15 - 1;
/** What the time weights of a unit may add up to: with a state of 2¹⁵ a quarter of an int32. */
const TIME_SUM = 2 ** 14;
/** What a bias may be of its int32. */
const BIAS_MAX = 2 ** 29;
/** The product of two is a normal float32. */
const LEAST_SCALE = 2 ** -24;

type FloatConstant = Tensor & { data: Float32Array };

export function quantizeSvdf(op: Op<'SVDF'>, context: QuantizationContext): Pick<Op, 'inputs'> {
  const { graph, tensors } = context;
  const [input, featureAt, timeAt, biasAt, stateAt] = op.inputs as [number, number, number, number, number];
  const { units } = svdfSizes(op, graph);
  const float = (index: number) => graph.tensors[index] as FloatConstant;
  const bias = biasAt === -1 ? zeros(`${op.name}/bias`, units) : float(biasAt);
  const inputScale = tensors[input]!.quantization!.scale[0]!;
  const feature = featureOf(float(featureAt), inputScale);
  const stateScale = stateScaleOf(context.rangeOf(stateAt), feature, inputScale);
  tensors[stateAt] = { ...tensors[stateAt]!, dtype: 'int16', quantization: symmetric(stateScale) };
  const time = timeOf(float(timeAt), bias.data, stateScale);
  const unit = symmetric(stateScale * time.quantization.scale[0]!);
  const biases: Tensor = { ...bias, dtype: 'int32', quantization: unit, data: quantizeBias(bias.data, unit) };
  const inputs = [...op.inputs];
  inputs[INPUT.feature] = context.place(featureAt, feature);
  inputs[INPUT.time] = context.place(timeAt, time);
  inputs[INPUT.bias] = biasAt === -1 ? tensors.push(biases) - 1 : context.place(biasAt, biases);
  return { inputs };
}

function zeros(name: string, count: number): FloatConstant {
  return { name, shape: [count], dtype: 'float32', data: new Float32Array(count) };
}

function symmetric(scale: number): Quantization {
  return { scale: [Math.fround(scale)], zeroPoint: [0], axis: 0 };
}

type Quantized = Tensor & { quantization: Quantization };

function featureOf(feature: FloatConstant, inputScale: number): Quantized & { data: Int8Array } {
  const { data, shape } = feature;
  const quantization = weightQuantization(data, shape, null, inputScale, undefined);
  return { ...feature, dtype: 'int8', quantization, data: quantizeWeights(data, shape, quantization) };
}

/** Of the range that was seen; no finer than what the feature sums may be shifted to. */
function stateScaleOf({ min, max }: ValueRange, { data, shape, quantization }: Quantized, inputScale: number): number {
  const finest = leastOutputScale(inputScale, data as Int8Array, shape, quantization, undefined);
  return Math.fround(Math.max(Math.max(-min, max) / STATE_MAX, finest, LEAST_SCALE));
}

/** Weights of as many bits as the sums of a unit have room for, and in a unit that the biases fit. */
function timeOf(time: FloatConstant, bias: Float32Array, stateScale: number): Quantized {
  const perUnit = time.data.length / bias.length;
  const sums = new Float64Array(bias.length);
  time.data.forEach((weight, i) => (sums[Math.floor(i / perUnit)]! += Math.abs(weight)));
  const largestSum = sums.reduce((largest, sum) => Math.max(largest, sum), 0);
  const largestBias = bias.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const scale = Math.max(largestSum / TIME_SUM, largestBias / BIAS_MAX / stateScale, LEAST_SCALE);
  const quantization = symmetric(scale);
  const data = Int16Array.from(time.data, (weight) => Math.round(weight / quantization.scale[0]!));
  return { ...time, dtype: 'int16', quantization, data };
}
