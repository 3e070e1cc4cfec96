// A graph of one op with two operands that broadcast, either of which may be constant.
import type { Activation, Graph } from '../../../converter/graph/graph.js';
import { broadcastShape } from '../../../converter/ops/broadcast.js';
import type { BinaryOpcode } from '../../../converter/ops/binary.js';
import { GraphBuilder } from '../builder.js';

type Three = [a: number, b: number, output: number];

export interface BinarySpec {
  a?: number[];
  b?: number[];
  /** The others are the graph's inputs. */
  constant?: 'a' | 'b';
  scales?: Three;
  zeroPoints?: Three;
  activation?: Activation;
}

/** Names the op's cases: what they leave out is as in `defaults`. */
export function binaryCases(
  opcode: BinaryOpcode,
  defaults: BinarySpec,
  specs: Record<string, BinarySpec>,
): Record<string, Graph> {
  const entries = Object.entries(specs).map(([name, spec], seed) => [
    name,
    binary(opcode, seed, { ...defaults, ...spec }),
  ]);
  return Object.fromEntries(entries) as Record<string, Graph>;
}

function binary(opcode: BinaryOpcode, seed: number, spec: BinarySpec): Graph {
  const { a = [2, 3, 4], b = a, constant, activation = 'NONE' } = spec;
  const { scales = [0.05, 0.03, 0.07], zeroPoints = [-3, 17, 5] } = spec;
  const builder = new GraphBuilder(opcode.toLowerCase(), seed);
  const x = builder[constant === 'a' ? 'constant' : 'activation'](a, scales[0], zeroPoints[0]);
  const y = builder[constant === 'b' ? 'constant' : 'activation'](b, scales[1], zeroPoints[1]);
  const output = builder.activation(broadcastShape(a, b)!, scales[2], zeroPoints[2]);
  const arithmetic = opcode === 'ADD' || opcode === 'SUB' || opcode === 'MUL';
  builder.op(opcode, [x, y], output, arithmetic ? { activation } : {});
  return builder.graph(constant === 'a' ? y : constant === 'b' ? x : [x, y], output);
}

/** Each way in which two shapes can meet, and constants on either side. */
export const SHAPES: Record<string, BinarySpec> = {
  equal_shapes: { a: [1, 3, 2, 4] },
  scalars: { a: [], b: [] },
  scalar_first: { a: [], b: [3, 5] },
  one_element_second: { a: [2, 5, 3], b: [1] },
  channels: { a: [2, 3, 2, 3], b: [3], constant: 'b' },
  rows: { a: [2, 1, 3, 1], b: [2, 4, 3, 2] },
  columns_first: { a: [4, 1], b: [4, 5], constant: 'a' },
  both_repeat: { a: [3, 1, 4], b: [1, 5, 1] },
  lower_rank_repeats_inside: { a: [2, 3, 2, 2], b: [3, 1, 2] },
  five_dimensions: { a: [2, 1, 3, 1, 2], b: [1, 2, 1, 3, 1] },
  six_dimensions: { a: [2, 1, 2, 1, 3, 1], b: [1, 2, 1, 2, 1, 2], constant: 'b' },
};
