// Float graph + ranges → int8 graph: each op's own rules say how its output and its constants are quantized.
import { KilnError } from '../base/errors.js';
import type { DType, Graph, Op, Quantization, Tensor } from './graph/graph.js';
import { layerName } from './graph/verify.js';
import { definitionOf } from './ops/table.js';
import {
  activationQuantization,
  biasQuantization,
  leastOutputScale,
  quantizeBias,
  quantizeWeights,
  weightQuantization,
  type ValueRange,
} from './quantization/scales.js';

export interface FixedQuantization {
  scale: number;
  zeroPoint: number;
}

/**
 * @param graph float32, as `lower` leaves it
 * @param ranges of its input and of what each op writes, by tensor
 * @param input the input's scale and zero point; left out, calibration decides
 * @throws KilnError `op-unsupported` for an op without an int8 form
 */
export function quantize(graph: Graph, ranges: ReadonlyMap<number, ValueRange>, input?: FixedQuantization): Graph {
  const tensors = [...graph.tensors];
  for (const index of graph.inputs) {
    tensors[index] = int8(tensors[index]!, input ? perTensor(input) : activationQuantization(ranges.get(index)!));
  }
  const ops = graph.ops.map((op) => {
    expectInt8(op, graph);
    const quantized = quantizeConstants(op, graph, tensors);
    const output = op.outputs[0]!;
    tensors[output] = int8(tensors[output]!, outputQuantization(quantized, tensors, ranges.get(output)!));
    return quantized;
  });
  return { ...graph, tensors, ops };
}

function int8(tensor: Tensor, quantization: Quantization): Tensor {
  return { ...tensor, dtype: 'int8', quantization };
}

function perTensor({ scale, zeroPoint }: FixedQuantization): Quantization {
  return { scale: [Math.fround(scale)], zeroPoint: [zeroPoint], axis: 0 };
}

function expectInt8(op: Op, graph: Graph): void {
  if (definitionOf(op).int8) return;
  const todo = 'Put it directly behind a layer with weights, where it is folded.';
  throw new KilnError('op-unsupported', { where: layerName(op, graph), what: 'has no int8 form', todo });
}

/** Weights first: the bias is in their units. */
function quantizeConstants(op: Op, graph: Graph, tensors: Tensor[]): Op {
  const { weights, bias, axis } = constantsOf(op);
  if (weights === undefined) return op;
  const inputScale = tensors[op.inputs[0]!]!.quantization!.scale[0]!;
  const { shape, data } = floatConstant(op, weights, graph)!;
  const biases = bias === undefined ? undefined : floatConstant(op, bias, graph);
  const quantization = weightQuantization(data, shape, axis, inputScale, biases?.data);
  const inputs = [...op.inputs];
  const replace = (position: number, dtype: DType, change: Partial<Tensor>) => {
    inputs[position] = place({ ...graph.tensors[inputs[position]!]!, dtype, ...change }, inputs[position]!, tensors);
  };
  replace(weights, 'int8', { quantization, data: quantizeWeights(data, shape, quantization) });
  if (bias !== undefined && biases) {
    const biasScale = biasQuantization(inputScale, quantization);
    replace(bias, 'int32', { quantization: biasScale, data: quantizeBias(biases.data, biasScale) });
  }
  return { ...op, inputs };
}

/** The positions of an op's weights and bias among its inputs, and the axis of the weights' scales. */
function constantsOf(op: Op): { weights?: number; bias?: number; axis: number | null } {
  const rules = Object.entries(definitionOf(op).constants).map(([position, rule]) => ({
    ...rule,
    position: +position,
  }));
  const weights = rules.find((rule) => rule.role === 'weights');
  const bias = rules.find((rule) => rule.role === 'bias');
  return { weights: weights?.position, bias: bias?.position, axis: weights?.axis ?? null };
}

function floatConstant(op: Op, position: number, graph: Graph) {
  return graph.tensors[op.inputs[position] ?? -1] as (Tensor & { data: Float32Array }) | undefined;
}

/** Puts a constant where its float form was; one that ops share gets a place for each, as its scales are the op's. */
function place(constant: Tensor, index: number, tensors: Tensor[]): number {
  if (tensors[index]!.dtype !== 'float32') return tensors.push(constant) - 1;
  tensors[index] = constant;
  return index;
}

function outputQuantization(op: Op, tensors: readonly Tensor[], range: ValueRange): Quantization {
  const rule = definitionOf(op).output;
  if (rule !== 'calibrated' && rule !== 'same-as-input') return perTensor(rule);
  const input = tensors[op.inputs[0]!]!.quantization!;
  return rule === 'same-as-input' ? input : activationQuantization(range, finest(op, tensors, input.scale[0]!));
}

/** The least scale that an op allows, or its quantized weights and bias. */
function finest(op: Op, tensors: readonly Tensor[], inputScale: number): number | undefined {
  const { weights, bias } = constantsOf(op);
  if (weights === undefined) return definitionOf(op).leastOutputScale?.(op, inputScale);
  const { data, shape, quantization } = tensors[op.inputs[weights]!]!;
  const biases = tensors[op.inputs[bias ?? -1] ?? -1]?.data as Int32Array | undefined;
  return leastOutputScale(inputScale, data as Int8Array, shape, quantization!, biases);
}
