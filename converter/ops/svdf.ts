// SVDF: each filter reduces the input to one number, remembers the last of them, and weighs them by their age.
import type { Graph, Op } from '../graph/graph.js';
import { multiplyByQuantizedMultiplier } from '../quantization/multiplier.js';
import { activationRange } from './activation.js';
import { LayerCheck } from './layer_check.js';
import { dot, matrixOf } from './matrix.js';
import type { Kernel, Observe, OpDefinition, Values } from './op.js';
import { rowOverlap } from './overlap.js';
import { stateOf } from './state.js';
import { checkSvdfInt8, svdfIntegers } from './svdf_integers.js';
import { quantizeSvdf } from './svdf_quantize.js';
import { INPUT, SVDF_INPUTS, svdfSizes } from './svdf_sizes.js';

export const svdf: OpDefinition<'SVDF'> = {
  opcode: 'SVDF',
  verify,
  outputShapes(op, graph) {
    const { batches, units } = svdfSizes(op, graph);
    return [[batches, units]];
  },
  macs(op, graph) {
    const { batches, filters, depth, memory } = svdfSizes(op, graph);
    return batches * filters * (depth + memory);
  },
  output: 'calibrated',
  leastOutputScale(op, tensors) {
    // Twice the sums' unit: the multiplier is below 1/2, and needs no left shift.
    const [state, time] = [tensors[op.inputs[INPUT.state]!]!, tensors[op.inputs[INPUT.time]!]!];
    return 2 * state.quantization!.scale[0]! * time.quantization!.scale[0]!;
  },
  constants: {},
  quantizeOp: quantizeSvdf,
  float32,
  int8,
  overlaps(op, graph) {
    const { batches: rows, depth, units } = svdfSizes(op, graph);
    return [rowOverlap(op.inputs[INPUT.input]!, op.outputs[0]!, { rows, from: depth, to: units })];
  },
  emit(op, graph) {
    const { batches, depth, memory, units } = svdfSizes(op, graph);
    const { feature, stateZeroPoint, output, outputZeroPoint, time, bias } = svdfIntegers(op, graph);
    const wide = time instanceof Int16Array;
    const params = {
      ...{ batches, depth, memory, units, rank: op.options.rank, input_offset: feature.offset },
      ...{ feature_multiplier: feature.rescale.multiplier, feature_shift: feature.rescale.shift },
      ...{ wide: wide ? 1 : 0, state_zero_point: stateZeroPoint },
      ...{ output_multiplier: output.multiplier, output_shift: output.shift, output_offset: outputZeroPoint },
    };
    const arrays = [
      { name: 'feature', type: 'int8_t' as const, values: feature.weights },
      { name: 'time', type: wide ? ('int16_t' as const) : ('int8_t' as const), values: time },
      { name: 'bias', type: 'int32_t' as const, values: bias },
    ];
    const [input, state] = [{ tensor: op.inputs[INPUT.input]! }, { tensor: op.inputs[INPUT.state]! }];
    const constants = arrays.map(({ name }) => ({ array: name }));
    return [
      { kernel: 'tk_svdf_s8', params, arrays, arguments: [input, ...constants, state, { tensor: op.outputs[0]! }] },
    ];
  },
};

function verify(op: Op<'SVDF'>, graph: Graph): void {
  const check = new LayerCheck(op, graph, { least: 3, most: SVDF_INPUTS });
  const { rank, activation } = op.options;
  check.expect(op.inputs.length === SVDF_INPUTS, () => `has ${op.inputs.length} inputs, and takes ${SVDF_INPUTS}`);
  check.expect(activation === 'NONE' || activation === 'RELU', () => `has the activation ${activation}`);
  check.rank(check.input, 'input', 2);
  check.positive({ rank });
  const feature = graph.tensors[op.inputs[INPUT.feature]!]!;
  const time = graph.tensors[op.inputs[INPUT.time]!]!;
  check.rank(feature, 'matrix of feature weights', 2);
  check.rank(time, 'matrix of time weights', 2);
  const { batches, filters, depth, memory, units } = svdfSizes(op, graph);
  check.expect(Number.isInteger(units), () => `has ${filters} filters in units of ${rank}`);
  const int8 = check.form === 'int8';
  const weights = { role: 'feature weights', dtypes: [check.form], shape: [filters, depth] };
  matrixOf(check, op, graph, INPUT.feature, weights);
  const dtypes = int8 ? (['int16', 'int8'] as const) : (['float32'] as const);
  matrixOf(check, op, graph, INPUT.time, { role: 'time weights', dtypes, shape: [filters, memory] });
  const shape = [batches, filters * memory];
  stateOf(check, op, graph, INPUT.state, { role: 'state', dtype: time.dtype, shape });
  if (int8 || op.inputs[INPUT.bias] !== -1) {
    matrixOf(check, op, graph, INPUT.bias, { role: 'biases', dtypes: [int8 ? 'int32' : 'float32'], shape: [units] });
  }
  if (int8) checkSvdfInt8(check, op, graph);
}

function float32(op: Op<'SVDF'>, graph: Graph, values: Values, observe?: Observe): Kernel {
  const { batches, filters, depth, memory, units } = svdfSizes(op, graph);
  const [input, feature, time, bias, state] = op.inputs.map((index) => values[index] as Float32Array | undefined);
  const output = values[op.outputs[0]!] as Float32Array;
  const { min, max } = activationRange(op.options.activation);
  const { rank } = op.options;
  const filter = (f: number, batch: number): number => {
    const row = (batch * filters + f) * memory;
    let newest = 0;
    for (let k = 0; k < depth; k++) newest += feature![f * depth + k]! * input![batch * depth + k]!;
    remember(state!, row, memory, newest);
    let sum = 0;
    for (let j = 0; j < memory; j++) sum += time![f * memory + j]! * state![row + j]!;
    return sum;
  };
  return () => {
    for (let unit = 0; unit < batches * units; unit++) {
      const [batch, u] = [Math.floor(unit / units), unit % units];
      let sum = bias?.[u] ?? 0;
      for (let r = 0; r < rank; r++) sum += filter(u * rank + r, batch);
      output[unit] = Math.max(min, Math.min(max, sum));
    }
    observe?.(op.inputs[INPUT.state]!);
  };
}

/** Forgets a row's first value, and puts the newest behind the others. */
function remember(state: Float32Array | Int16Array | Int8Array, row: number, memory: number, newest: number): void {
  state.copyWithin(row, row + 1, row + memory);
  state[row + memory - 1] = newest;
}

function int8(op: Op<'SVDF'>, graph: Graph, values: Values): Kernel {
  const { batches, filters, depth, memory, units } = svdfSizes(op, graph);
  const g = svdfIntegers(op, graph);
  const input = values[op.inputs[INPUT.input]!] as Int8Array;
  const state = values[op.inputs[INPUT.state]!] as Int16Array | Int8Array;
  const output = values[op.outputs[0]!] as Int8Array;
  const { rank } = op.options;
  const filter = (f: number, batch: number): number => {
    const row = (batch * filters + f) * memory;
    const { multiplier, shift } = g.feature.rescale;
    const newest = multiplyByQuantizedMultiplier(dot(g.feature, f, input, batch * depth), multiplier, shift);
    // The zero point is added to what has been clamped: the sum wraps, here and in TFLite Micro.
    remember(state, row, memory, Math.max(g.stateMin, Math.min(g.stateMax, newest)) + g.stateZeroPoint);
    let sum = 0;
    for (let j = 0; j < memory; j++) sum = (sum + g.time[f * memory + j]! * (state[row + j]! - g.stateZeroPoint)) | 0;
    return sum;
  };
  return () => {
    for (let unit = 0; unit < batches * units; unit++) {
      const [batch, u] = [Math.floor(unit / units), unit % units];
      let sum = g.bias[u]!;
      for (let r = 0; r < rank; r++) sum = (sum + filter(u * rank + r, batch)) | 0;
      const scaled = multiplyByQuantizedMultiplier(sum, g.output.multiplier, g.output.shift) + g.outputZeroPoint;
      output[unit] = Math.max(-128, Math.min(127, scaled));
    }
  };
}
