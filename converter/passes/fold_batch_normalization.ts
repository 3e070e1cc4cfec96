// BATCH_NORMALIZATION → the weights and the bias of the layer before it, or a MUL and an ADD where there is none.
import type { Graph, Op, Tensor } from '../graph/graph.js';
import { operandPositions, type WeightedOp } from '../ops/operands.js';
import { definitionOf } from '../ops/table.js';
import { merge, rewrite, soleProducer, type Draft } from './rewrite.js';

/** y = factor × x + offset, for each channel. */
interface Affine {
  factors: readonly number[];
  offsets: readonly number[];
}

/**
 * gamma × (w·x + b − mean) / √(variance + ε) + beta = (f·w)·x + f × (b − mean) + beta, with f = gamma / √(variance + ε).
 * A layer takes it up that has weights and no activation, and that nothing else reads.
 */
export function foldBatchNormalization(graph: Graph): Graph {
  return rewrite(graph, (draft) => {
    for (const op of graph.ops) if (op.opcode === 'BATCH_NORMALIZATION') fold(draft, op);
  });
}

function fold(draft: Draft, norm: Op<'BATCH_NORMALIZATION'>): void {
  const producer = soleProducer(draft, norm.inputs[0]!, norm);
  const affine = affineOf(norm, draft);
  if (!producer || !isFoldable(producer)) return lower(draft, norm, affine);
  const { weights, bias } = operandPositions(producer);
  const inputs = [...producer.inputs];
  inputs[weights] = add(draft, scaledWeights(producer, affine, draft));
  inputs[bias] = add(draft, foldedBias(producer, affine, draft));
  merge(draft, producer, norm, { ...producer, inputs, outputs: norm.outputs });
}

const FOLDABLE: ReadonlySet<string> = new Set(['CONV_2D', 'DEPTHWISE_CONV_2D', 'TRANSPOSE_CONV', 'FULLY_CONNECTED']);

function isFoldable(op: Op): op is WeightedOp {
  return FOLDABLE.has(op.opcode) && (op as WeightedOp).options.activation === 'NONE';
}

/** x × factors + offsets, as two ops. */
function lower(draft: Draft, norm: Op<'BATCH_NORMALIZATION'>, { factors, offsets }: Affine): void {
  const { name, inputs, outputs } = norm;
  const scaled = add(draft, { ...draft.tensors[outputs[0]!]!, name: `${name}/scaled` });
  const options = { activation: 'NONE' as const };
  const ops: Op[] = [
    {
      opcode: 'MUL',
      name: `${name}/scaled`,
      inputs: [inputs[0]!, add(draft, row(`${name}/factors`, factors))],
      outputs: [scaled],
      options,
    },
    { opcode: 'ADD', name, inputs: [scaled, add(draft, row(`${name}/offsets`, offsets))], outputs, options },
  ];
  draft.ops = draft.ops.flatMap((op) => (op === norm ? ops : [op]));
}

function row(name: string, values: readonly number[]): Tensor {
  return { name, shape: [values.length], dtype: 'float32', data: Float32Array.from(values) };
}

function add(draft: Draft, tensor: Tensor): number {
  return draft.tensors.push(tensor) - 1;
}

/** In double: what is made of it is rounded to float32 once. */
function affineOf({ inputs, options }: Op<'BATCH_NORMALIZATION'>, { tensors }: Draft): Affine {
  const [gamma, beta, mean, variance] = inputs.slice(1).map((index) => dataOf(tensors, index)) as Float32Array[];
  const factors = Array.from(gamma!, (g, c) => g / Math.sqrt(variance![c]! + options.epsilon));
  return { factors, offsets: factors.map((f, c) => beta![c]! - f * mean![c]!) };
}

function scaledWeights(op: WeightedOp, { factors }: Affine, { tensors }: Draft): Tensor {
  const index = op.inputs[operandPositions(op).weights]!;
  const weights = tensors[index]!;
  const inner = elementsAfter(weights.shape, channelAxis(op));
  const data = dataOf(tensors, index).map((w, i) => w * factors[Math.floor(i / inner) % factors.length]!);
  return { ...weights, data };
}

function foldedBias(op: WeightedOp, { factors, offsets }: Affine, { tensors }: Draft): Tensor {
  const bias = tensors[op.inputs[operandPositions(op).bias] ?? -1]?.data as Float32Array | undefined;
  return row(
    `${op.name}/bias`,
    factors.map((f, c) => f * (bias?.[c] ?? 0) + offsets[c]!),
  );
}

/** The axis of the weights that counts output channels. */
function channelAxis(op: WeightedOp): number {
  const rule = definitionOf(op).constants[operandPositions(op).weights];
  return rule?.role === 'weights' ? (rule.axis ?? 0) : 0;
}

function elementsAfter(shape: readonly number[], axis: number): number {
  return shape.slice(axis + 1).reduce((product, n) => product * n, 1);
}

function dataOf(tensors: readonly Tensor[], index: number): Float32Array {
  return tensors[index]!.data as Float32Array;
}
