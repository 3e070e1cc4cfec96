// AVERAGE_POOL_2D: windows inside, across and larger than the input, and each activation.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';
import { casesOf, INPUT_SCALE, windowOptions, windowOutput, type Windowed } from './windowed.js';

interface Pool extends Omit<Windowed, 'dilation' | 'zeroPoints'> {
  zeroPoint?: number;
}

function pool(seed: number, spec: Pool): Graph {
  const b = new GraphBuilder('average_pool_2d', seed);
  const { zeroPoint = -20 } = spec;
  const x = b.activation(spec.input, INPUT_SCALE, zeroPoint);
  const y = b.activation(windowOutput(spec, spec.input.at(-1)!), INPUT_SCALE, zeroPoint);
  const [filterH, filterW] = spec.filter;
  const { padding, strideH, strideW, activation } = windowOptions(spec);
  return b.graph(x, b.op('AVERAGE_POOL_2D', [x], y, { padding, strideH, strideW, activation, filterH, filterW }));
}

export const averagePool2dCases: Record<string, Graph> = casesOf<Pool>(pool, {
  same_edges: { input: [1, 5, 6, 3], filter: [3, 4] },
  same_stride_2: { input: [1, 7, 5, 2], filter: [3, 2], stride: [2, 2] },
  same_stride_past_the_filter: { input: [1, 9, 8, 2], filter: [2, 1], stride: [4, 3] },
  valid_stride: { input: [1, 7, 5, 2], filter: [2, 2], stride: [2, 2], padding: 'VALID' },
  valid_overlapping: { input: [1, 6, 6, 2], filter: [3, 3], stride: [1, 2], padding: 'VALID' },
  valid_stride_past_the_filter: { input: [1, 8, 7, 2], filter: [2, 1], stride: [3, 4], padding: 'VALID' },
  whole_input: { input: [1, 6, 5, 4], filter: [6, 5], stride: [6, 5], padding: 'VALID' },
  window_past_the_input: { input: [1, 2, 3, 2], filter: [5, 6] },
  window_of_one: { input: [1, 4, 3, 3], filter: [1, 1], stride: [2, 1] },
  halves_of_both_signs: { input: [1, 12, 6, 2], filter: [2, 1], stride: [2, 1], padding: 'VALID' },
  row: { input: [1, 1, 15, 3], filter: [1, 4], stride: [1, 2] },
  column: { input: [1, 13, 1, 2], filter: [3, 1], stride: [3, 1], padding: 'VALID' },
  one_channel: { input: [1, 5, 4, 1], filter: [2, 3] },
  seventeen_channels: { input: [1, 3, 2, 17], filter: [2, 2], stride: [2, 2] },
  three_batches: { input: [3, 4, 3, 2], filter: [2, 2], stride: [2, 2] },
  clamp_relu: { input: [1, 4, 4, 2], filter: [2, 2], activation: 'RELU' },
  clamp_relu6: { input: [1, 4, 4, 2], filter: [2, 2], activation: 'RELU6', zeroPoint: -60 },
  clamp_n1_to_1: { input: [1, 4, 4, 2], filter: [1, 2], activation: 'RELU_N1_TO_1' },
  lowest_zero_point: { input: [1, 3, 4, 2], filter: [2, 3], zeroPoint: -128 },
  highest_zero_point: { input: [1, 3, 4, 2], filter: [2, 3], zeroPoint: 127 },
});
