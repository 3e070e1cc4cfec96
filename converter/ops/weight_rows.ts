// Where the weights of each output channel lie, for the ops that multiply their inputs with constant weights.
import type { Graph, Op } from '../graph/graph.js';

/** How the weights of a layer lie in memory: a row of `depth` for each output channel, on one of `groups` of inputs. */
export interface WeightRows {
  channels: number;
  depth: number;
  groups: number;
  groupOf(channel: number): number;
  /** The place of a row's k-th weight among all. */
  place(channel: number, k: number): number;
}

/** Of the layers whose weights multiply their inputs directly; undefined for every other op, and for filters in groups. */
export function weightRows(op: Op, { tensors }: Pick<Graph, 'tensors'>): WeightRows | undefined {
  const shape = tensors[op.inputs[1] ?? -1]?.shape;
  const isGrouped = op.opcode === 'CONV_2D' && shape![3] !== tensors[op.inputs[0]!]!.shape[3];
  if (isGrouped) return undefined;
  if (op.opcode === 'CONV_2D' || op.opcode === 'FULLY_CONNECTED') {
    const [channels, ...rest] = shape as [number, ...number[]];
    const depth = rest.reduce((product, n) => product * n, 1);
    return { channels, depth, groups: 1, groupOf: () => 0, place: (channel, k) => channel * depth + k };
  }
  if (op.opcode !== 'DEPTHWISE_CONV_2D') return undefined;
  const [, height, width, channels] = shape as [number, number, number, number];
  const { depthMultiplier } = op.options;
  return {
    ...{ channels, depth: height * width, groups: channels / depthMultiplier },
    groupOf: (channel) => Math.floor(channel / depthMultiplier),
    place: (channel, k) => k * channels + channel,
  };
}

/** The largest magnitude among the weights of each output channel; empty for an op without such rows. */
export function weightRanges(op: Op, { tensors }: Pick<Graph, 'tensors'>): number[] {
  const rows = weightRows(op, { tensors });
  if (!rows) return [];
  const weights = tensors[op.inputs[1]!]!.data as Float32Array;
  return Array.from({ length: rows.channels }, (_, channel) => {
    let largest = 0;
    for (let k = 0; k < rows.depth; k++) largest = Math.max(largest, Math.abs(weights[rows.place(channel, k)]!));
    return largest;
  });
}
