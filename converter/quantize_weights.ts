// The weights and the bias of a layer → int8 and int32, rounded plainly or such that the layer's output errs least.
import type { Graph, Op, Quantization, Tensor } from './graph/graph.js';
import { weightRows, type WeightRows } from './ops/weight_rows.js';
import { roundCompensated, upperFactor } from './quantization/compensation.js';
import type { Covariance } from './quantization/covariance.js';
import { biasQuantization, quantizeBias, quantizeWeights, weightQuantization } from './quantization/scales.js';

export interface WeightOptions {
  /** Round such that errors make up for one another, on the inputs that the layer sees. */
  compensate?: boolean;
  /** Take the mean error of each channel's output into its bias. */
  correctBias?: boolean;
}

/** What a layer's weights are multiplied with, and how they lie. */
export interface SeenInputs {
  rows: WeightRows;
  /** One for each group of inputs. */
  inputs: readonly Covariance[];
}

export interface QuantizedLayer {
  weights: { quantization: Quantization; data: Int8Array };
  /** Undefined where the layer has none and needs none. */
  bias?: { quantization: Quantization; data: Int32Array };
}

type FloatTensor = Tensor & { data: Float32Array };

/**
 * @param op with float32 weights as its input 1, and perhaps a bias as its input 2
 * @param axis of the weights' scales; null for one scale
 * @param seen what the weights are multiplied with; both options need it
 */
export function quantizeLayer(
  { weights, bias }: { weights: FloatTensor; bias: FloatTensor | undefined },
  inputScale: number,
  axis: number | null,
  seen: SeenInputs | undefined,
  { compensate = false, correctBias = false }: WeightOptions,
): QuantizedLayer {
  const { data, shape } = weights;
  const quantization = weightQuantization(data, shape, axis, inputScale, bias?.data);
  const rounded =
    compensate && seen
      ? compensated(data, quantization, seen, correctBias)
      : quantizeWeights(data, shape, quantization);
  const shift = correctBias && seen ? meanErrors(data, rounded, quantization, seen) : undefined;
  const real = shift?.map((error, channel) => error + (bias?.data[channel] ?? 0)) ?? bias?.data;
  const biasScale = biasQuantization(inputScale, quantization);
  return {
    weights: { quantization, data: rounded },
    ...(real && { bias: { quantization: biasScale, data: quantizeBias(Float32Array.from(real), biasScale) } }),
  };
}

/** What is known of the inputs of an op's weights. */
export function seenBy(op: Op, graph: Graph, inputs: readonly Covariance[] | undefined): SeenInputs | undefined {
  const rows = weightRows(op, graph);
  return rows && inputs ? { rows, inputs } : undefined;
}

function compensated(
  weights: Float32Array,
  { scale }: Quantization,
  { rows: { channels, depth, groupOf, place }, inputs }: SeenInputs,
  correctBias: boolean,
): Int8Array {
  const factors = inputs.map((seen) => upperFactor(seen.moments(correctBias ? 'mean' : 'zero'), depth));
  const rounded = new Int8Array(weights.length);
  const row = new Float64Array(depth);
  for (let channel = 0; channel < channels; channel++) {
    for (let k = 0; k < depth; k++) row[k] = weights[place(channel, k)]!;
    const q = roundCompensated(row, scale[scale.length === 1 ? 0 : channel]!, factors[groupOf(channel)]!);
    for (let k = 0; k < depth; k++) rounded[place(channel, k)] = q[k]!;
  }
  return rounded;
}

/**
 * For each channel (w − w̃) · E[x], the mean of what rounding the weights takes from its sums: Nagel et al. 2019
 * (arXiv:1906.04721), section 4.2, with means that are measured.
 */
function meanErrors(
  weights: Float32Array,
  rounded: Int8Array,
  { scale }: Quantization,
  { rows: { channels, depth, groupOf, place }, inputs }: SeenInputs,
): Float64Array {
  const means = inputs.map((seen) => seen.mean());
  return Float64Array.from({ length: channels }, (_, channel) => {
    const mean = means[groupOf(channel)]!;
    const step = scale[scale.length === 1 ? 0 : channel]!;
    let error = 0;
    for (let k = 0; k < depth; k++) {
      const at = place(channel, k);
      error += (weights[at]! - step * rounded[at]!) * mean[k]!;
    }
    return error;
  });
}
