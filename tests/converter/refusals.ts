// Refusals as a table: a committed case of an op, one change to it, and what verify then says.
import { describe, expect, it } from 'vitest';
import type { Graph, Tensor } from '../../converter/graph/graph.js';
import { verify } from '../../converter/ops/verify.js';
import { KERNEL_CASES } from '../kernels/cases.js';

/** A graph of one op, opened for changes that its type forbids. */
interface Open extends Omit<Graph, 'ops'> {
  ops: [{ inputs: number[]; options: Record<string, unknown> }];
}

export type Change = (graph: Open) => void;

/** Changes the tensor that the op reads at `position`. */
export const input =
  (position: number, by: Partial<Tensor>): Change =>
  ({ tensors, ops: [op] }) => {
    const index = op.inputs[position]!;
    tensors[index] = { ...tensors[index]!, ...by };
  };

export const integers = (position: number, ...values: number[]) =>
  input(position, { shape: [values.length], data: Int32Array.from(values) });

export const shape = (position: number, ...sizes: number[]) => input(position, { shape: sizes });

export const option =
  (name: string, value: unknown): Change =>
  ({ ops: [op] }) => {
    op.options[name] = value;
  };

export const inputs =
  (...indices: number[]): Change =>
  ({ ops: [op] }) => {
    op.inputs = indices;
  };

/** By op: what is said, of which case, once it is changed. */
export type Refusals = Readonly<Record<string, readonly [message: RegExp, name: string, change: Change][]>>;

export function describeRefusals(refusals: Refusals): void {
  describe.each(Object.entries(refusals))('%s', (op, refused) => {
    it.each(refused)('refuses %s', (message, name, change) => {
      const graph = structuredClone(KERNEL_CASES[op]![name]!);
      expect(() => verify(graph)).not.toThrow();
      change(graph as unknown as Open);
      expect(() => verify(graph)).toThrow(message);
    });
  });
}
