// BATCH_NORMALIZATION → the weights and the bias of the layer before it.
import { KilnError } from '../../base/errors.js';
import type { Graph, Op, Tensor } from '../graph/graph.js';
import { layerName } from '../graph/verify.js';
import type { AccumulatingOp } from '../ops/requantize.js';
import { definitionOf } from '../ops/table.js';
import { merge, rewrite, soleProducer, type Draft } from './rewrite.js';

/**
 * gamma × (w·x + b − mean) / √(variance + ε) + beta = (f·w)·x + f × (b − mean) + beta, with f = gamma / √(variance + ε).
 * @throws KilnError `batch-normalization-unfolded` for one that follows no layer with weights of its own
 */
export function foldBatchNormalization(graph: Graph): Graph {
  return rewrite(graph, (draft) => {
    for (const op of graph.ops) if (op.opcode === 'BATCH_NORMALIZATION') fold(draft, op, graph);
  });
}

function fold(draft: Draft, norm: Op<'BATCH_NORMALIZATION'>, graph: Graph): void {
  const producer = soleProducer(draft, norm.inputs[0]!, norm);
  if (!producer || !isFoldable(producer)) {
    const what = 'follows no CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED that it alone reads, so it cannot be folded';
    const todo = 'Put it directly behind such a layer, before the activation.';
    throw new KilnError('batch-normalization-unfolded', { where: layerName(norm, graph), what, todo });
  }
  const factors = factorsOf(norm, draft);
  const weights = add(draft, scaledWeights(producer, factors, draft));
  const bias = add(draft, foldedBias(producer, norm, factors, draft));
  merge(draft, producer, norm, { ...producer, inputs: [producer.inputs[0]!, weights, bias], outputs: norm.outputs });
}

function isFoldable(op: Op): op is AccumulatingOp {
  const withWeights = op.opcode === 'CONV_2D' || op.opcode === 'DEPTHWISE_CONV_2D' || op.opcode === 'FULLY_CONNECTED';
  return withWeights && op.options.activation === 'NONE';
}

function add(draft: Draft, tensor: Tensor): number {
  return draft.tensors.push(tensor) - 1;
}

/** In double: the products are rounded to float32 once. */
function factorsOf({ inputs, options }: Op<'BATCH_NORMALIZATION'>, { tensors }: Draft): number[] {
  const [gamma, variance] = [dataOf(tensors, inputs[1]!), dataOf(tensors, inputs[4]!)];
  return Array.from(gamma, (g, c) => g / Math.sqrt(variance[c]! + options.epsilon));
}

function scaledWeights(op: AccumulatingOp, factors: readonly number[], { tensors }: Draft): Tensor {
  const weights = tensors[op.inputs[1]!]!;
  const inner = elementsAfter(weights.shape, channelAxis(op));
  const data = dataOf(tensors, op.inputs[1]!).map((w, i) => w * factors[Math.floor(i / inner) % factors.length]!);
  return { ...weights, data };
}

function foldedBias(
  op: AccumulatingOp,
  norm: Op<'BATCH_NORMALIZATION'>,
  factors: readonly number[],
  { tensors }: Draft,
): Tensor {
  const bias = tensors[op.inputs[2] ?? -1]?.data as Float32Array | undefined;
  const [beta, mean] = [dataOf(tensors, norm.inputs[2]!), dataOf(tensors, norm.inputs[3]!)];
  const data = Float32Array.from(factors, (f, c) => f * ((bias?.[c] ?? 0) - mean[c]!) + beta[c]!);
  return { name: `${op.name}/bias`, shape: [factors.length], dtype: 'float32', data };
}

/** The axis of the weights that counts output channels. */
function channelAxis(op: AccumulatingOp): number {
  const rule = definitionOf(op).constants[1];
  return rule?.role === 'weights' ? (rule.axis ?? 0) : 0;
}

function elementsAfter(shape: readonly number[], axis: number): number {
  return shape.slice(axis + 1).reduce((product, n) => product * n, 1);
}

function dataOf(tensors: readonly Tensor[], index: number): Float32Array {
  return tensors[index]!.data as Float32Array;
}
