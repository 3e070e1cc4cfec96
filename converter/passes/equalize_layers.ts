// Scales the channels between two layers such that neither has some far larger than others: Nagel et al. 2019,
// "Data-Free Quantization through Weight Equalization and Bias Correction", arXiv:1906.04721, section 4.1.
import { elements, type Graph, type Op, type Tensor } from '../graph/graph.js';
import type { AccumulatingOp } from '../ops/requantize.js';
import { weightRows } from '../ops/weight_rows.js';
import { rewrite, type Draft } from './rewrite.js';

/** The largest magnitude in each channel (the last dimension) of a tensor. */
export type ChannelRanges = (tensor: number) => Float64Array;

/** Largest and smallest factor of a channel: beyond, float32 weights would lose what they hold. */
const MAX_FACTOR = 2 ** 12;
/** Layers in a row share weights: as many rounds are plenty to settle. */
const ROUNDS = 8;

/** Two layers with weights, and what lies between. */
interface Pair {
  first: AccumulatingOp;
  second: AccumulatingOp;
}

/**
 * Channel i of the first layer is divided by a factor and that of the second multiplied with it, so that both have the
 * same range: exact in real numbers, as what lies between is linear or RELU. RELU6 is not, and so stays as it is.
 * @param activations where given, the ranges of the first layers' outputs are evened out instead of those of their weights
 */
export function equalizeLayers(graph: Graph, activations?: ChannelRanges): Graph {
  const pairs = graph.ops.flatMap((op) => pairFrom(op, graph) ?? []);
  return rewrite(graph, (draft) => {
    const rounds = activations ? 1 : ROUNDS;
    for (let round = 0; round < rounds; round++) for (const pair of pairs) equalize(pair, draft, activations);
  });
}

function pairFrom(op: Op, graph: Graph): Pair | undefined {
  if (!isLinear(op, graph)) return undefined;
  const channels = weightRows(op, graph)!.channels;
  for (let at: Op | undefined = op; ;) {
    at = soleReader(at.outputs[0]!, graph);
    if (!at) return undefined;
    if (weightRows(at, graph))
      return reads(at as AccumulatingOp, channels, graph) ? { first: op, second: at as AccumulatingOp } : undefined;
    if (!keepsChannels(at, channels, graph)) return undefined;
  }
}

/** Whether its output may be scaled, and its weights and bias be changed. */
function isLinear(op: Op, graph: Graph): op is AccumulatingOp {
  if (!weightRows(op, graph)) return false;
  const { activation } = (op as AccumulatingOp).options;
  return (activation === 'NONE' || activation === 'RELU') && isOwned(op, graph);
}

/** Whether no other op uses the same constants. */
function isOwned(op: Op, { ops }: Graph): boolean {
  const constants = op.inputs.slice(1).filter((index) => index >= 0);
  return !ops.some((other) => other !== op && other.inputs.some((index) => constants.includes(index)));
}

function soleReader(tensor: number, { ops, outputs }: Graph): Op | undefined {
  const readers = ops.filter(({ inputs }) => inputs.includes(tensor));
  return readers.length === 1 && !outputs.includes(tensor) ? readers[0] : undefined;
}

/** Whether f(factor × x) = factor × f(x) in each channel, for factors above 0. */
function keepsChannels(op: Op, channels: number, { tensors }: Graph): boolean {
  const { shape } = tensors[op.outputs[0]!]!;
  switch (op.opcode) {
    case 'RESHAPE':
    case 'SQUEEZE':
    case 'EXPAND_DIMS':
    case 'RELU':
      return true;
    case 'PAD':
      return shape.at(-1) === channels;
    case 'AVERAGE_POOL_2D':
    case 'MAX_POOL_2D':
      return op.options.activation === 'NONE' || op.options.activation === 'RELU';
    case 'MEAN':
      return keepsLast(op, tensors);
    default:
      return false;
  }
}

function keepsLast(op: Op<'MEAN'>, tensors: readonly Tensor[]): boolean {
  const last = tensors[op.inputs[0]!]!.shape.length - 1;
  const axes = [...(tensors[op.inputs[1]!]!.data ?? [])].map(Number);
  return !axes.includes(last) && !axes.includes(-1);
}

/** Whether the channels before it are its input's innermost. */
function reads(op: AccumulatingOp, channels: number, graph: Graph): boolean {
  const depth = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
  const fits = op.opcode === 'FULLY_CONNECTED' ? weightRows(op, graph)!.depth % channels === 0 : depth === channels;
  return fits && isOwned(op, graph);
}

function equalize({ first, second }: Pair, draft: Draft, activations: ChannelRanges | undefined): void {
  const rows = weightRows(first, draft)!;
  const after = channelsRead(second, draft, rows.channels);
  const own =
    activations?.(first.outputs[0]!) ??
    largest(draft.tensors[first.inputs[1]!]!, channelsWritten(first, draft), rows.channels);
  const next = largest(draft.tensors[second.inputs[1]!]!, after, rows.channels);
  const factors = own.map((range, channel) => factorOf(range, next[channel]!));
  scale(first.inputs[1]!, draft, (i) => 1 / factors[channelsWritten(first, draft)(i)]!);
  if ((first.inputs[2] ?? -1) >= 0) scale(first.inputs[2]!, draft, (i) => 1 / factors[i]!);
  scale(second.inputs[1]!, draft, (i) => factors[after(i)]!);
}

/** √(own / next): both ranges become √(own × next). A channel that is always zero stays. */
function factorOf(own: number, next: number): number {
  if (own === 0 || next === 0) return 1;
  return Math.max(1 / MAX_FACTOR, Math.min(MAX_FACTOR, Math.sqrt(own / next)));
}

/** The output channel of a weight, by its place. */
function channelsWritten(op: AccumulatingOp, graph: Pick<Graph, 'tensors'>): (place: number) => number {
  const { channels, depth } = weightRows(op, graph)!;
  return op.opcode === 'DEPTHWISE_CONV_2D' ? (i) => i % channels : (i) => Math.floor(i / depth);
}

/** The input channel of a weight, by its place. */
function channelsRead(op: AccumulatingOp, graph: Pick<Graph, 'tensors'>, channels: number): (place: number) => number {
  if (op.opcode !== 'DEPTHWISE_CONV_2D') return (i) => i % channels;
  const { groupOf, channels: written } = weightRows(op, graph)!;
  return (i) => groupOf(i % written);
}

function largest({ data, shape }: Tensor, channelOf: (i: number) => number, channels: number): Float64Array {
  const ranges = new Float64Array(channels);
  for (let i = 0; i < elements(shape); i++) {
    const channel = channelOf(i);
    ranges[channel] = Math.max(ranges[channel]!, Math.abs(Number(data![i])));
  }
  return ranges;
}

function scale(index: number, { tensors }: Draft, factor: (i: number) => number): void {
  const tensor = tensors[index]!;
  tensors[index] = { ...tensor, data: (tensor.data as Float32Array).map((value, i) => value * factor(i)) };
}
