// The integers that SVDF computes with in int8, and what they have to hold.
import type { Graph, Op } from '../graph/graph.js';
import { quantizeMultiplier, type QuantizedMultiplier } from '../quantization/multiplier.js';
import type { LayerCheck } from './layer_check.js';
import { checkSums, MULTIPLIER_LIMIT, productOf, type Product } from './matrix.js';
import { INPUT } from './svdf_sizes.js';

/** TFLite Micro's limit on a bias scale's error. */
const BIAS_SCALE_TOLERANCE = 1e-5;

export interface SvdfIntegers {
  /** From the input to what is remembered, in units of the state. */
  feature: Product;
  time: Int16Array | Int8Array;
  bias: Int32Array;
  stateMin: number;
  stateMax: number;
  stateZeroPoint: number;
  output: QuantizedMultiplier;
  outputZeroPoint: number;
}

export function svdfIntegers(op: Op<'SVDF'>, graph: Graph): SvdfIntegers {
  const { tensors } = graph;
  const [input, feature, time, bias, state] = op.inputs.map((index) => tensors[index]!);
  const real = realMultipliers(op, graph);
  const limit = state!.dtype === 'int16' ? 2 ** 15 : 2 ** 7;
  return {
    feature: productOf(feature!, input!.quantization!, real.feature),
    time: time!.data as Int16Array | Int8Array,
    bias: bias!.data as Int32Array,
    stateMin: -limit,
    stateMax: limit - 1,
    stateZeroPoint: state!.quantization!.zeroPoint[0]!,
    output: quantizeMultiplier(real.output),
    outputZeroPoint: tensors[op.outputs[0]!]!.quantization!.zeroPoint[0]!,
  };
}

/**
 * From the feature sums to the state's unit, and from the time sums to the output's. (In double, as TFLite Micro's package
 * divides them; its sources up to 90b983c2 do so in float32, which turns an output only where it lies next to a tie.)
 */
function realMultipliers(op: Op<'SVDF'>, graph: Graph): { feature: number; output: number } {
  const [input, feature] = [scaleOf(op, graph, INPUT.input), scaleOf(op, graph, INPUT.feature)];
  const output = graph.tensors[op.outputs[0]!]!.quantization!.scale[0]!;
  return {
    feature: (input * feature) / scaleOf(op, graph, INPUT.state),
    output: timeUnit(op, graph) / output,
  };
}

/** The unit of the time sums and the biases. */
function timeUnit(op: Op<'SVDF'>, graph: Graph): number {
  return scaleOf(op, graph, INPUT.state) * scaleOf(op, graph, INPUT.time);
}

function scaleOf(op: Op<'SVDF'>, graph: Graph, position: number): number {
  return graph.tensors[op.inputs[position]!]!.quantization!.scale[0]!;
}

/**
 * The feature sums fit 32 bits; the time sums wrap where 16-bit weights meet 16-bit state, as no bound of weights alone
 * would leave them room. Of activations TFLite Micro knows the output's range only, so RELU needs one that starts at 0.
 */
export function checkSvdfInt8(check: LayerCheck, op: Op<'SVDF'>, graph: Graph): void {
  const real = realMultipliers(op, graph);
  checkSums(check, 'feature weights', svdfIntegers(op, graph).feature, real.feature);
  check.expect(
    real.output < MULTIPLIER_LIMIT,
    () => `has state scale × time scale / output scale = ${real.output}, and it has to be below 2^30`,
  );
  const bias = graph.tensors[op.inputs[INPUT.bias]!]!.quantization?.scale[0] ?? 0;
  const unit = timeUnit(op, graph);
  check.expect(
    Math.abs(bias - unit) < BIAS_SCALE_TOLERANCE,
    () => `has a bias scale of ${bias}, and it has to be state scale × time scale = ${unit}`,
  );
  const zeroPoint = check.output.quantization!.zeroPoint[0]!;
  check.expect(
    op.options.activation === 'NONE' || zeroPoint === -128,
    () => `has RELU and an output with zero point ${zeroPoint}, and it has to be -128`,
  );
}
