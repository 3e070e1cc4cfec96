// Float graph + ranges → int8 graph: each op's own rules say how its output and its constants are quantized.
import { KilnError } from '../base/errors.js';
import type { Graph, Op, Quantization, Tensor } from './graph/graph.js';
import { layerName } from './graph/verify.js';
import { definitionOf } from './ops/table.js';
import {
  activationQuantization,
  biasQuantization,
  quantizeBias,
  quantizeWeights,
  weightQuantization,
  type ValueRange,
} from './quantization/scales.js';

export interface FixedQuantization {
  scale: number;
  zeroPoint: number;
}

/** @param input the input's scale and zero point; left out, calibration decides */
export function quantize(graph: Graph, ranges: ReadonlyMap<number, ValueRange>, input?: FixedQuantization): Graph {
  const tensors = [...graph.tensors];
  const activation = (index: number, quantization: Quantization) => {
    tensors[index] = { ...tensors[index]!, dtype: 'int8', quantization };
  };
  for (const index of graph.inputs) {
    activation(index, input ? perTensor(input) : activationQuantization(ranges.get(index)!));
  }
  for (const op of graph.ops) {
    expectInt8(op, graph);
    activation(op.outputs[0]!, outputQuantization(op, tensors, ranges));
    quantizeConstants(op, tensors);
  }
  return { ...graph, tensors };
}

function expectInt8(op: Op, graph: Graph): void {
  if (definitionOf(op).int8) return;
  const todo = 'Put the activation directly behind a layer with weights, where it is fused.';
  throw new KilnError('op-unsupported', { where: layerName(op, graph), what: 'has no int8 form', todo });
}

function outputQuantization(op: Op, tensors: readonly Tensor[], ranges: ReadonlyMap<number, ValueRange>): Quantization {
  const rule = definitionOf(op).output;
  if (rule === 'same-as-input') return tensors[op.inputs[0]!]!.quantization!;
  return rule === 'calibrated' ? activationQuantization(ranges.get(op.outputs[0]!)!) : perTensor(rule);
}

function perTensor({ scale, zeroPoint }: FixedQuantization): Quantization {
  return { scale: [Math.fround(scale)], zeroPoint: [zeroPoint], axis: 0 };
}

/** Weights first: the bias is in their units. */
function quantizeConstants(op: Op, tensors: Tensor[]): void {
  const rules = Object.entries(definitionOf(op).constants);
  const indexOf = (role: string) => {
    const found = rules.find(([, rule]) => rule.role === role);
    return found && op.inputs[Number(found[0])];
  };
  const weightRule = rules.map(([, rule]) => rule).find((rule) => rule.role === 'weights');
  const weightIndex = indexOf('weights');
  if (weightIndex === undefined || weightRule === undefined) return;
  const inputScale = tensors[op.inputs[0]!]!.quantization!.scale[0]!;
  const biasIndex = indexOf('bias') ?? -1;
  const bias = tensors[biasIndex];
  const { shape, data } = tensors[weightIndex]! as Tensor & { data: Float32Array };
  const biasData = bias?.data as Float32Array | undefined;
  const quantization = weightQuantization(data, shape, weightRule.axis, inputScale, biasData);
  const quantized = { dtype: 'int8', quantization, data: quantizeWeights(data, shape, quantization) } as const;
  tensors[weightIndex] = { ...tensors[weightIndex]!, ...quantized };
  if (!bias || !biasData) return;
  const biasScale = biasQuantization(inputScale, quantization);
  tensors[biasIndex] = { ...bias, dtype: 'int32', quantization: biasScale, data: quantizeBias(biasData, biasScale) };
}
