// Float graph + distributions → int8 graph: each op's own rules say how its outputs and its constants are quantized.
import { KilnError } from '../base/errors.js';
import type { Distributions } from './calibrate.js';
import type { DType, Graph, Op, Quantization, Tensor } from './graph/graph.js';
import { layerName } from './graph/verify.js';
import type { LayerInputs } from './layer_inputs.js';
import type { QuantizationContext } from './ops/op.js';
import { definitionOf } from './ops/table.js';
import { quantizeLayer, seenBy, type WeightOptions } from './quantize_weights.js';
import type { Histogram } from './quantization/histogram.js';
import { chooseRange, trainedRange, type RangeChoice, type RangeMethod } from './quantization/range_choice.js';
import {
  activationQuantization,
  leastOutputScale,
  quantizeValues,
  rangeOf,
  type ValueRange,
} from './quantization/scales.js';
import {
  activationsOf,
  distributionOf,
  scaleGroups,
  type FixedQuantization,
  type ScaleGroup,
  type ScaleGroups,
} from './scale_groups.js';

/** What need not be found. */
export interface GivenScales {
  /** Of the graph's inputs; left out, calibration decides. */
  input?: FixedQuantization | undefined;
  /** Ranges that training rounded to, by the name of the activation; they stand before calibration. */
  trained?: ReadonlyMap<string, ValueRange> | undefined;
}

export interface QuantizeOptions extends WeightOptions, GivenScales {
  ranges?: RangeMethod;
  /** Of a FULLY_CONNECTED's weights: one scale, or one for each channel. */
  dense?: 'per-tensor' | 'per-channel';
  /** For ranges by percentile, in percent. */
  percentile?: number | undefined;
  /** What `compensate` and `correctBias` need. */
  layerInputs?: LayerInputs;
}

export interface Quantized {
  /** Tensors keep their indices; new ones come behind them. */
  graph: Graph;
  /** The range of each activation whose scale was free. */
  ranges: ReadonlyMap<number, RangeChoice>;
}

/** Scales are raised until every op accepts them; more rounds than a chain of such ops needs. */
const MAX_ROUNDS = 32;

/**
 * @param graph float32, as `lower` leaves it
 * @param distributions of its inputs, of what each op writes, and of its state
 * @throws KilnError `op-unsupported` for an op without an int8 form
 */
export function quantize(graph: Graph, distributions: Distributions, options: QuantizeOptions = {}): Quantized {
  for (const op of graph.ops) expectInt8(op, graph);
  const groups = scaleGroups(graph, distributions, options.input);
  const free = [...new Set(groups.values())].filter(({ fixed }) => !fixed);
  const trained = trainedByGroup(graph, groups, options.trained);
  const choices = new Map(
    free.map((group) => [group, rangeFor(distributionOf(group, distributions), trained.get(group), options)]),
  );
  const plan = { groups, choices, least: new Map<ScaleGroup, number>(), distributions, options };
  let built = build(graph, plan);
  for (let round = 0; built.raised && round < MAX_ROUNDS; round++) built = build(graph, plan);
  const ranges = [...groups].flatMap(([tensor, group]) =>
    group.fixed ? [] : [[tensor, choices.get(group)!] as const],
  );
  return { graph: built.graph, ranges: new Map(ranges) };
}

/** The union of what the tensors of a group were trained with. */
function trainedByGroup({ tensors }: Graph, groups: ScaleGroups, trained: GivenScales['trained']) {
  const united = new Map<ScaleGroup, ValueRange>();
  for (const [tensor, group] of groups) {
    const range = trained?.get(tensors[tensor]!.name);
    const { min, max } = united.get(group) ?? { min: 0, max: 0 };
    if (range) united.set(group, rangeOf([min, max, range.min, range.max]));
  }
  return united;
}

function rangeFor(distribution: Histogram, trained: ValueRange | undefined, options: QuantizeOptions): RangeChoice {
  if (trained) return trainedRange(distribution, trained);
  return chooseRange(distribution, options.ranges ?? 'least-error', options.percentile);
}

function expectInt8(op: Op, graph: Graph): void {
  if (definitionOf(op).int8) return;
  const todo = 'Put it directly behind a layer with weights, where it is folded.';
  throw new KilnError('op-unsupported', { where: layerName(op, graph), what: 'has no int8 form', todo });
}

interface Plan {
  groups: ScaleGroups;
  choices: ReadonlyMap<ScaleGroup, ValueRange>;
  least: Map<ScaleGroup, number>;
  distributions: Distributions;
  options: QuantizeOptions;
}

/** An int8 graph, and whether one of its scales is below what an op allows: `least` has then been raised. */
function build(
  graph: Graph,
  { groups, choices, least, distributions, options }: Plan,
): { graph: Graph; raised: boolean } {
  const quantizationOf = new Map<ScaleGroup, Quantization>();
  for (const group of new Set(groups.values())) {
    const { fixed } = group;
    quantizationOf.set(group, fixed ? perTensor(fixed) : activationQuantization(choices.get(group)!, least.get(group)));
  }
  const draft: Draft = { graph, distributions, tensors: [...graph.tensors], ops: [], requantized: new Map(), options };
  for (const [tensor, group] of groups) {
    draft.tensors[tensor] = int8(graph.tensors[tensor]!, quantizationOf.get(group)!);
  }
  let raised = false;
  for (const op of graph.ops) {
    const target = draft.tensors[op.outputs[0]!]!.quantization!;
    const quantized = quantizeInside(joined(op, target, draft), target, draft);
    draft.ops.push(quantized);
    const group = groups.get(op.outputs[0]!)!;
    const floor = Math.fround(finest(quantized, draft.tensors));
    if (group.fixed || floor <= target.scale[0]!) continue;
    least.set(group, floor);
    raised = true;
  }
  return { graph: { ...graph, tensors: draft.tensors, ops: draft.ops }, raised };
}

interface Draft {
  /** As it was, and what was measured of it. */
  graph: Graph;
  distributions: Distributions;
  tensors: Tensor[];
  ops: Op[];
  /** Outputs of QUANTIZE ops that are there already, by what they read and the scale they give. */
  requantized: Map<string, number>;
  options: QuantizeOptions;
}

function int8(tensor: Tensor, quantization: Quantization): Tensor {
  return { ...tensor, dtype: 'int8', quantization };
}

function perTensor({ scale, zeroPoint }: FixedQuantization): Quantization {
  return { scale: [Math.fround(scale)], zeroPoint: [zeroPoint], axis: 0 };
}

/** An op whose activations must all have its output's scale, with a QUANTIZE before each input that has another. */
function joined(op: Op, target: Quantization, draft: Draft): Op {
  if (definitionOf(op).output !== 'same-as-input') return op;
  const activations = activationsOf(op, draft.graph);
  return {
    ...op,
    inputs: op.inputs.map((index) => (activations.includes(index) ? requantized(index, target, draft) : index)),
  };
}

function requantized(index: number, target: Quantization, { tensors, ops, requantized }: Draft): number {
  const tensor = tensors[index]!;
  const { scale, zeroPoint } = tensor.quantization!;
  if (scale[0] === target.scale[0] && zeroPoint[0] === target.zeroPoint[0]) return index;
  const key = `${index} ${target.scale[0]} ${target.zeroPoint[0]}`;
  const found = requantized.get(key);
  if (found !== undefined) return found;
  const name = `${tensor.name}/requantized${requantized.size}`;
  const output = tensors.push({ ...tensor, name, quantization: target }) - 1;
  ops.push({ opcode: 'QUANTIZE', name, inputs: [index], outputs: [output], options: {} });
  requantized.set(key, output);
  return output;
}

/** The constants of an op, and its state. */
function quantizeInside(op: Op, target: Quantization, draft: Draft): Op {
  const { quantizeOp } = definitionOf(op);
  if (!quantizeOp) return quantizeConstants(op, target, draft);
  const { graph, tensors, distributions } = draft;
  const context: QuantizationContext = {
    ...{ graph, tensors },
    rangeOf: (tensor) => distributions.get(tensor)!,
    place: (index, constant) => place(draft, index, constant),
  };
  return { ...op, ...quantizeOp(op, context) };
}

/** Each constant by its rule. */
function quantizeConstants(op: Op, target: Quantization, draft: Draft): Op {
  const inputs = [...op.inputs];
  for (const [position, rule] of Object.entries(definitionOf(op).constants)) {
    const constant = floatConstant(op, +position, draft.graph);
    if (!constant || (rule.role !== 'operand' && rule.role !== 'value')) continue;
    const quantization = rule.role === 'value' ? target : activationQuantization(rangeOf(constant.data));
    const data = quantizeValues(constant.data, quantization);
    inputs[+position] = place(draft, inputs[+position]!, { ...constant, dtype: 'int8', quantization, data });
  }
  return quantizeWeightsOf({ ...op, inputs }, draft);
}

function quantizeWeightsOf(op: Op, draft: Draft): Op {
  const { graph, tensors, options } = draft;
  const { weights, bias, axis } = weightPositions(op);
  if (weights === undefined) return op;
  const constants = { weights: floatConstant(op, weights, graph)!, bias: floatConstant(op, bias!, graph) };
  const inputScale = tensors[activationsOf(op, graph)[0]!]!.quantization!.scale[0]!;
  const seen = seenBy(op, graph, options.layerInputs?.get(op.outputs[0]!));
  const layer = quantizeLayer(constants, inputScale, scaleAxis(op, axis, options), seen, options);
  const inputs = [...op.inputs];
  inputs[weights] = place(draft, inputs[weights]!, { ...constants.weights, dtype: 'int8', ...layer.weights });
  if (layer.bias) {
    const added = { name: `${op.name}/bias`, shape: [layer.bias.data.length] };
    const tensor: Tensor = { ...(constants.bias ?? added), dtype: 'int32' as DType, ...layer.bias };
    inputs[bias!] = constants.bias ? place(draft, inputs[bias!]!, tensor) : tensors.push(tensor) - 1;
  }
  return { ...op, inputs };
}

/** The axis of the weights' scales, which a FULLY_CONNECTED need not have. */
function scaleAxis({ opcode }: Op, axis: number | null, { dense }: QuantizeOptions): number | null {
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
function place({ tensors }: Draft, index: number, constant: Tensor): number {
  if (tensors[index]!.dtype !== 'float32') return tensors.push(constant) - 1;
  tensors[index] = constant;
  return index;
}

/** The least output scale that an op allows, or its quantized weights and bias. */
function finest(op: Op, tensors: readonly Tensor[]): number {
  const { weights, bias } = weightPositions(op);
  if (weights === undefined) return definitionOf(op).leastOutputScale?.(op, tensors) ?? 0;
  const { data, shape, quantization } = tensors[op.inputs[weights]!]!;
  const inputScale = tensors[op.inputs.find((index) => !tensors[index]?.data)!]!.quantization!.scale[0]!;
  const biases = tensors[op.inputs[bias ?? -1] ?? -1]?.data as Int32Array | undefined;
  return leastOutputScale(inputScale, data as Int8Array, shape, quantization!, biases);
}
