// SVDF: 16-bit and 8-bit state, over several inferences: ranks, memories, batches, zero points, sums that wrap.
import { Random } from '../../../base/random.js';
import { elements, type Activation, type Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

type Grid = readonly [scale: number, zeroPoint: number];

interface Svdf {
  batches?: number;
  depth?: number;
  units?: number;
  rank?: number;
  memory?: number;
  /** Largest time weight; up to 127 it is int8, and so is the state. */
  time?: number;
  timeScale?: number;
  largestBias?: number;
  input?: Grid;
  featureScale?: number;
  state?: Grid;
  output?: Grid;
  activation?: Activation;
}

/** 16-bit state, where nothing else is said. */
function svdf(seed: number, sizes: Svdf): Graph {
  const { batches = 1, depth = 10, units = 4, rank = 1, memory = 8, time = 3000, timeScale = 2e-4 } = sizes;
  const {
    input = [0.05, 3],
    featureScale = 0.01,
    state = [0.002, 0],
    output = [0.05, -7],
    activation = 'NONE',
  } = sizes;
  const { largestBias = 5000 } = sizes;
  const b = new GraphBuilder('svdf', seed);
  const random = new Random(seed);
  const wide = time > 127;
  const uniform = (shape: number[], largest: number) =>
    Array.from({ length: elements(shape) }, () => random.integer(2 * largest + 1) - largest);
  const symmetric = (scale: number) => ({ scale: [Math.fround(scale)], zeroPoint: [0], axis: 0 });
  const x = b.activation([batches, depth], ...input);
  const feature = b.weights({ shape: [units * rank, depth], scales: [featureScale], axis: 0 });
  const shape = [units * rank, memory];
  const data = wide ? Int16Array.from(uniform(shape, time)) : Int8Array.from(uniform(shape, time));
  const dtype = wide ? 'int16' : 'int8';
  const weights = b.tensor({ shape, dtype, quantization: symmetric(timeScale), data });
  const biases = Int32Array.from(uniform([units], largestBias));
  const unit = symmetric(Math.fround(state[0]) * Math.fround(timeScale));
  const bias = b.tensor({ shape: [units], dtype: 'int32', quantization: unit, data: biases });
  const memories = b.variable([batches, units * rank * memory], ...state, dtype);
  const y = b.activation([batches, units], ...output);
  return b.graph(x, b.op('SVDF', [x, feature, weights, bias, memories], y, { rank, activation }));
}

const narrow = (seed: number, sizes: Svdf) =>
  svdf(seed, { time: 127, timeScale: 0.01, state: [0.06, 0], largestBias: 300, ...sizes });

export const svdfCases = {
  usual: svdf(1, {}),
  rank_2: svdf(2, { rank: 2, units: 5 }),
  rank_4_of_one_unit: svdf(3, { rank: 4, units: 1, memory: 5, output: [0.008, 5] }),
  no_memory: svdf(4, { memory: 1, time: 20000 }),
  long_memory_relu: svdf(5, { memory: 40, units: 2, time: 700, activation: 'RELU', output: [0.02, -128] }),
  one_of_all: svdf(6, { depth: 1, units: 1, memory: 2 }),
  two_batches_relu: svdf(7, { batches: 2, rank: 2, activation: 'RELU', output: [0.03, -128] }),
  relu: svdf(8, { activation: 'RELU', output: [0.02, -128] }),
  lowest_and_highest_zero_point: svdf(9, { input: [0.05, -128], output: [0.05, 127] }),
  highest_and_lowest_zero_point: svdf(10, { input: [0.05, 127], output: [0.05, -128] }),
  state_that_saturates: svdf(11, { state: [2e-5, 0], timeScale: 0.002, output: [0.01, 0] }),
  feature_multiplier_above_one: svdf(12, { state: [1e-4, 0], timeScale: 0.005, output: [0.01, 0], time: 130 }),
  tiny_multipliers: svdf(13, { state: [3, 0], featureScale: 1e-6, output: [900, 0] }),
  multiplier_that_flushes_to_zero: svdf(14, { featureScale: 1e-12 }),
  full_time_weights: svdf(15, { time: 32767, memory: 1, timeScale: 1 / 32767, output: [0.1, 0] }),
  sums_that_wrap: svdf(16, { time: 32767, memory: 12, state: [2e-5, 0], timeScale: 2e-3, output: [0.7, 0] }),
  narrow: narrow(17, {}),
  narrow_rank_2: narrow(18, { rank: 2, batches: 2 }),
  narrow_zero_point: narrow(19, { state: [0.1, -50], units: 6 }),
  narrow_lowest_zero_point: narrow(20, { output: [0.01, 0], state: [0.1, -128], input: [0.05, -128] }),
  narrow_highest_zero_point: narrow(21, { state: [0.1, 127], input: [0.05, 127] }),
  narrow_state_that_saturates: narrow(22, { state: [0.004, 0] }),
  narrow_multiplier_above_one: narrow(24, {
    ...{ time: 1, timeScale: 0.1, memory: 2, state: [0.4, 0], largestBias: 2, output: [0.02, 0] },
  }),
  narrow_relu: narrow(23, { activation: 'RELU', output: [0.03, -128], memory: 3 }),
};
