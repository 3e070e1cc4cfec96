// A graph of one op with one input and one output of the same shape.
import type { Graph, OpOptions, Opcode } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

/** Scale and zero point of an int8 tensor; 'float32' for one that has none. */
export type Grid = [scale: number, zeroPoint: number] | 'float32';

/** From one grid to another; the shape is small, and no dimension of it like another, unless a case is about it. */
export function unary<K extends Opcode>(
  opcode: K,
  options: OpOptions[K],
  input: Grid,
  output: Grid,
  shape: number[] = [1, 5, 4, 3],
): Graph {
  const b = new GraphBuilder(opcode.toLowerCase(), 1);
  const tensor = (grid: Grid) => (grid === 'float32' ? b.floats(shape) : b.activation(shape, ...grid));
  const x = tensor(input);
  return b.graph(x, b.op(opcode, [x], tensor(output), options));
}
