// MAX_POOL_2D: windows inside, across and larger than the input, and each activation.
import type { Activation, Graph, Padding } from '../../../converter/graph/graph.js';
import { outputSize } from '../../../converter/ops/window.js';
import { GraphBuilder } from '../builder.js';

interface PoolSpec {
  input: [batches: number, height: number, width: number, channels: number];
  filter: [height: number, width: number];
  stride?: [height: number, width: number];
  padding?: Padding;
  activation?: Activation;
  zeroPoint?: number;
}

const SCALE = 0.05;

function pool(spec: PoolSpec): Graph {
  const { input, filter, stride = [1, 1], padding = 'SAME', activation = 'NONE', zeroPoint = -20 } = spec;
  const [batches, height, width, channels] = input;
  const outH = outputSize(padding, height, filter[0], stride[0], 1);
  const outW = outputSize(padding, width, filter[1], stride[1], 1);
  const b = new GraphBuilder('max_pool_2d', 1);
  const x = b.activation(input, SCALE, zeroPoint);
  const y = b.activation([batches, outH, outW, channels], SCALE, zeroPoint);
  const options = { padding, strideH: stride[0], strideW: stride[1], filterH: filter[0], filterW: filter[1] };
  return b.graph(x, b.op('MAX_POOL_2D', [x], y, { ...options, activation }));
}

export const maxPool2dCases: Record<string, Graph> = {
  halves: pool({ input: [1, 6, 4, 3], filter: [2, 2], stride: [2, 2], padding: 'VALID' }),
  valid_leaves_a_rest: pool({ input: [1, 7, 5, 2], filter: [2, 2], stride: [2, 2], padding: 'VALID' }),
  same_edges: pool({ input: [1, 5, 6, 2], filter: [3, 4] }),
  same_stride: pool({ input: [1, 7, 5, 2], filter: [3, 2], stride: [2, 3] }),
  overlapping: pool({ input: [1, 6, 6, 2], filter: [3, 3], stride: [2, 2], padding: 'VALID' }),
  stride_past_the_window: pool({ input: [1, 8, 7, 2], filter: [2, 1], stride: [3, 4], padding: 'VALID' }),
  window_of_one: pool({ input: [1, 4, 3, 3], filter: [1, 1], stride: [2, 1] }),
  whole_input: pool({ input: [1, 5, 4, 4], filter: [5, 4], stride: [5, 4], padding: 'VALID' }),
  window_larger_than_input: pool({ input: [1, 2, 3, 2], filter: [5, 6] }),
  three_batches: pool({ input: [3, 4, 3, 2], filter: [2, 2], stride: [2, 2] }),
  relu: pool({ input: [1, 4, 4, 2], filter: [2, 2], activation: 'RELU', zeroPoint: 10 }),
  relu6: pool({ input: [1, 4, 4, 2], filter: [2, 2], activation: 'RELU6', zeroPoint: -100 }),
  relu_n1_to_1: pool({ input: [1, 4, 4, 2], filter: [1, 2], activation: 'RELU_N1_TO_1' }),
  lowest_zero_point: pool({ input: [1, 3, 4, 2], filter: [2, 3], zeroPoint: -128 }),
  highest_zero_point: pool({ input: [1, 3, 4, 2], filter: [2, 3], zeroPoint: 127 }),
};
