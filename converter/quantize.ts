// Float graph + distributions → int8 graph: the ops' own rules say which activations share a scale and how it is found.
import { KilnError } from '../base/errors.js';
import type { Distributions } from './calibrate.js';
import type { Graph, Op, Quantization, Tensor } from './graph/graph.js';
import { layerName } from './graph/verify.js';
import { definitionOf } from './ops/table.js';
import { finest, quantizeInside, type ConstantOptions, type Quantizing } from './quantize_constants.js';
import type { Histogram } from './quantization/histogram.js';
import { chooseRange, trainedRange, type RangeChoice, type RangeMethod } from './quantization/range_choice.js';
import { activationQuantization, rangeOf, type ValueRange } from './quantization/scales.js';
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

export interface QuantizeOptions extends ConstantOptions, GivenScales {
  ranges?: RangeMethod;
  /** For ranges by percentile, in percent. */
  percentile?: number | undefined;
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

interface Draft extends Quantizing {
  ops: Op[];
  /** Outputs of QUANTIZE ops that are there already, by what they read and the scale they give. */
  requantized: Map<string, number>;
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
