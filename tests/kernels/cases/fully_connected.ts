// FULLY_CONNECTED: inputs of any shape read as rows, one weight scale and one for each channel.
import type { Activation, Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';
import {
  biasOf,
  casesOf,
  EXTREME_MULTIPLIERS,
  INPUT_SCALE,
  outputScaleOf,
  spread,
  weightsOf,
  type Weighted,
} from './windowed.js';

interface Dense extends Weighted {
  input: number[];
  weights: [channels: number, depth: number];
  /** One row for each in the input, where it is left out. */
  out?: number[];
  activation?: Activation;
  keepNumDims?: boolean;
  zeroPoints?: [input: number, output: number];
}

function dense(seed: number, spec: Dense): Graph {
  const { input, weights, scales = [0.0123], zeroPoints = [17, -9] } = spec;
  const [channels, depth] = weights;
  const b = new GraphBuilder('fully_connected', seed);
  const x = b.activation(input, spec.inputScale ?? INPUT_SCALE, zeroPoints[0]);
  const w = weightsOf(b, spec, weights, scales, 0);
  const bias = biasOf(b, spec, x, w, channels);
  const y = b.activation(spec.out ?? [1, channels], outputScaleOf(spec, depth, scales), zeroPoints[1]);
  const { activation = 'NONE', keepNumDims = false } = spec;
  return b.graph(x, b.op('FULLY_CONNECTED', [x, w, ...bias], y, { activation, keepNumDims }));
}

const SMALL = { input: [1, 12], weights: [5, 12], bias: 300 } satisfies Dense;
const SINGLE = { input: [40, 1], weights: [4, 1], out: [40, 4] } satisfies Dense;

export const fullyConnectedCases: Record<string, Graph> = casesOf<Dense>(dense, {
  per_tensor: { input: [1, 20], weights: [7, 20], bias: 1000 },
  per_channel: { ...SMALL, bias: 1000, scales: spread(5), activation: 'RELU' },
  per_channel_null_bias: { input: [1, 11], weights: [6, 11], scales: spread(6) },
  per_channel_of_one_channel: { input: [1, 11], weights: [1, 11], bias: 40 },
  null_bias_relu6: { input: [1, 9], weights: [12, 9], outputScale: 0.05, activation: 'RELU6' },
  bias_marked_absent: { ...SMALL, bias: 'marked absent' },
  bias_of_zeros: { ...SMALL, bias: 0 },
  large_bias: { ...SMALL, bias: 2 ** 30, outputScale: 9e3 },
  rows: { input: [3, 2, 4], weights: [4, 8], out: [3, 4], bias: 100 },
  rows_across_dimensions: { input: [2, 3, 3, 2], weights: [3, 9], out: [4, 3], bias: 100, scales: spread(3) },
  rows_within_the_last_dimension: { input: [2, 12], weights: [2, 4], out: [6, 2], bias: 100 },
  one_dimension: { input: [10], weights: [3, 10], bias: 100 },
  one_dimension_kept: { input: [10], weights: [3, 10], out: [3], bias: 100, keepNumDims: true },
  keep_num_dims: { input: [1, 3, 6], weights: [2, 6], out: [1, 3, 2], bias: 100, keepNumDims: true },
  keep_four_dimensions: {
    input: [2, 1, 3, 5],
    weights: [6, 5],
    out: [2, 1, 3, 6],
    keepNumDims: true,
    scales: spread(6),
  },
  image: { input: [1, 3, 2, 4], weights: [5, 24], bias: 100 },
  one_weight: { input: [4, 1], weights: [1, 1], out: [4, 1], bias: 9, outputScale: 0.01 },
  seventeen_channels: { input: [1, 17], weights: [17, 17], bias: 100, scales: spread(17) },
  deep: { input: [1, 300], weights: [2, 300], bias: 100 },
  lowest_zero_points: { ...SMALL, zeroPoints: [-128, -128] },
  highest_zero_points: { ...SMALL, zeroPoints: [127, 127] },
  relu: { ...SMALL, activation: 'RELU' },
  clamp_n1_to_1: { ...SMALL, outputScale: 0.0137, activation: 'RELU_N1_TO_1', scales: spread(5) },
  multipliers_above_one: { ...SINGLE, ...EXTREME_MULTIPLIERS.above_one },
  multipliers_about_the_least: { ...SINGLE, ...EXTREME_MULTIPLIERS.tiny },
  multiplier_above_one_per_tensor: { ...SINGLE, inputScale: 1, scales: [1.7], outputScale: 1, bias: 3, units: true },
  multiplier_flushed_per_tensor: { ...SINGLE, inputScale: 1, scales: [2 ** -33], outputScale: 1, bias: 2 ** 30 },
  multiplier_of_a_half_per_tensor: { ...SINGLE, inputScale: 1, scales: [0.5], outputScale: 1, bias: 3, units: true },
});
