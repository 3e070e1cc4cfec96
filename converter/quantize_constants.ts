// The constants of an op → int8 and int32, each by the op's rule for it; and the state of an op that has one.
import type { Distributions } from './calibrate.js';
import type { DType, Graph, Op, Quantization, Tensor } from './graph/graph.js';
import type { LayerInputs } from './layer_inputs.js';
import { definitionOf } from './ops/table.js';
import { quantizeLayer, seenBy, type WeightOptions } from './quantize_weights.js';
import { activationQuantization, leastOutputScale, quantizeValues, rangeOf } from './quantization/scales.js';
import { activationsOf } from './scale_groups.js';

export interface ConstantOptions extends WeightOptions {
  /** Of a FULLY_CONNECTED's weights: one scale, or one for each channel. */
  dense?: 'per-tensor' | 'per-channel';
  /** What `compensate` and `correctBias` need. */
  layerInputs?: LayerInputs;
}

/** A graph on its way from float to int8. */
export interface Quantizing {
  /** As it was, and what was measured of it. */
  graph: Graph;
  distributions: Distributions;
  /** As they are by now. */
  tensors: Tensor[];
  options: ConstantOptions;
}

/**
 * The constants of an op, and its state.
 * @param op whose activations are int8 by now
 * @param target scale and zero point of its output
 */
export function quantizeInside(op: Op, target: Quantization, context: Quantizing): Op {
  const { quantizeOp } = definitionOf(op);
  if (!quantizeOp) return quantizeConstants(op, target, context);
  const { graph, tensors, distributions } = context;
  const inner = quantizeOp(op, {
    ...{ graph, tensors },
    rangeOf: (tensor) => distributions.get(tensor)!,
    place: (index, constant) => place(context, index, constant),
  });
  return { ...op, ...inner };
}

/** Each constant by its rule. */
function quantizeConstants(op: Op, target: Quantization, context: Quantizing): Op {
  const inputs = [...op.inputs];
  for (const [position, rule] of Object.entries(definitionOf(op).constants)) {
    const constant = floatConstant(op, +position, context.graph);
    if (!constant || (rule.role !== 'operand' && rule.role !== 'value')) continue;
    const quantization = rule.role === 'value' ? target : activationQuantization(rangeOf(constant.data));
    const data = quantizeValues(constant.data, quantization);
    inputs[+position] = place(context, inputs[+position]!, { ...constant, dtype: 'int8', quantization, data });
  }
  return quantizeWeightsOf({ ...op, inputs }, context);
}

function quantizeWeightsOf(op: Op, context: Quantizing): Op {
  const { graph, tensors, options } = context;
  const { weights, bias, axis } = weightPositions(op);
  if (weights === undefined) return op;
  const constants = { weights: floatConstant(op, weights, graph)!, bias: floatConstant(op, bias!, graph) };
  const inputScale = tensors[activationsOf(op, graph)[0]!]!.quantization!.scale[0]!;
  const seen = seenBy(op, graph, options.layerInputs?.get(op.outputs[0]!));
  const layer = quantizeLayer(constants, inputScale, scaleAxis(op, axis, options), seen, options);
  const inputs = [...op.inputs];
  inputs[weights] = place(context, inputs[weights]!, { ...constants.weights, dtype: 'int8', ...layer.weights });
  if (layer.bias) {
    const added = { name: `${op.name}/bias`, shape: [layer.bias.data.length] };
    const tensor: Tensor = { ...(constants.bias ?? added), dtype: 'int32' as DType, ...layer.bias };
    inputs[bias!] = constants.bias ? place(context, inputs[bias!]!, tensor) : tensors.push(tensor) - 1;
  }
  return { ...op, inputs };
}

/** The axis of the weights' scales, which a FULLY_CONNECTED need not have. */
function scaleAxis({ opcode }: Op, axis: number | null, { dense }: ConstantOptions): number | null {
  return opcode === 'FULLY_CONNECTED' && dense === 'per-channel' ? 0 : axis;
}

/** The positions of an op's weights and bias among its inputs, and the axis of the weights' scales. */
function weightPositions(op: Op): { weights?: number; bias?: number; axis: number | null } {
  const rules = Object.entries(definitionOf(op).constants).map(([position, rule]) => ({
    ...rule,
    position: +position,
  }));
  const weights = rules.find((rule) => rule.role === 'weights');
  const bias = rules.find((rule) => rule.role === 'bias');
  return {
    ...(weights && { weights: weights.position }),
    ...(bias && { bias: bias.position }),
    axis: weights?.axis ?? null,
  };
}

function floatConstant(op: Op, position: number, { tensors }: Graph) {
  const tensor = tensors[op.inputs[position] ?? -1];
  return tensor?.data && tensor.dtype === 'float32' ? (tensor as Tensor & { data: Float32Array }) : undefined;
}

/** Puts a constant where its float form was; one that ops share gets a place for each, as its scales are the op's. */
function place({ tensors }: Quantizing, index: number, constant: Tensor): number {
  if (tensors[index]!.dtype !== 'float32') return tensors.push(constant) - 1;
  tensors[index] = constant;
  return index;
}

/** The least output scale that an op allows, or its quantized weights and bias. */
export function finest(op: Op, tensors: readonly Tensor[]): number {
  const { weights, bias } = weightPositions(op);
  if (weights === undefined) return definitionOf(op).leastOutputScale?.(op, tensors) ?? 0;
  const { data, shape, quantization } = tensors[op.inputs[weights]!]!;
  const inputScale = tensors[op.inputs.find((index) => !tensors[index]?.data)!]!.quantization!.scale[0]!;
  const biases = tensors[op.inputs[bias ?? -1] ?? -1]?.data as Int32Array | undefined;
  return leastOutputScale(inputScale, data as Int8Array, shape, quantization!, biases);
}
