// Two models side by side: the same one is the same, and each kind of change is found where it is.
import { describe, expect, it } from 'vitest';
import { compareGraphs } from '../../converter/compare.js';
import type { Graph } from '../../converter/graph/graph.js';
import { KERNEL_CASES } from '../kernels/cases.js';

const model = KERNEL_CASES['ds_cnn']!['all_ops']!;

function changed(change: (graph: Graph) => void): Graph {
  const graph = structuredClone(model);
  change(graph);
  return graph;
}

describe('compareGraphs', () => {
  it('finds nothing between a model and itself, whatever its tensors are called', () => {
    const renamed = changed((graph) => graph.tensors.forEach((tensor, i) => (tensor.name = `t${i}`)));
    const comparison = compareGraphs(model, renamed);
    expect(comparison.identical).toBe(true);
    expect(comparison.layers.length).toBe(model.ops.length);
    expect(comparison.totals.every(({ first, second }) => first === second && first > 0)).toBe(true);
  });

  it('says how far a weight moved, in real values', () => {
    const other = changed((graph) => {
      const weights = graph.tensors[graph.ops[0]!.inputs[1]!]!;
      (weights.data as Int8Array)[3]! += (weights.data as Int8Array)[3]! < 0 ? 2 : -2;
    });
    const { identical, layers } = compareGraphs(model, other);
    const { scale } = model.tensors[model.ops[0]!.inputs[1]!]!.quantization!;
    expect(identical).toBe(false);
    expect(layers[0]!.differences).toEqual([]);
    expect(layers[0]!.weights[0]!.largest).toBeCloseTo(2 * scale[0]!, 6);
    expect(layers[0]!.weights[0]!.decibels).toBeGreaterThan(20);
    expect(layers.slice(1).every(({ weights }) => weights.every(({ decibels }) => decibels === null))).toBe(true);
  });

  it('names another scale on both sides of a tensor', () => {
    const other = changed((graph) => (graph.tensors[graph.ops[0]!.outputs[0]!]!.quantization!.scale = [0.25]));
    const { layers } = compareGraphs(model, other);
    const said = layers.map(({ differences }) => differences.map(({ what, second }) => `${what}: ${second}`));
    expect(said[0]).toEqual(['output: int8[1,6,3,6], scale 0.25, zero point -128']);
    expect(said[1]).toEqual(['input: int8[1,6,3,6], scale 0.25, zero point -128']);
    expect(said.slice(2).flat()).toEqual([]);
  });

  it('matches the other layers where one is missing', () => {
    const other = changed((graph) => {
      graph.outputs = graph.ops.at(-1)!.inputs;
      graph.ops.pop();
    });
    const { layers } = compareGraphs(model, other);
    expect(layers.map(({ first, second }) => [Boolean(first), Boolean(second)])).toEqual([
      ...Array.from({ length: model.ops.length - 1 }, () => [true, true]),
      [true, false],
    ]);
    expect(compareGraphs(other, model).layers.at(-1)).toMatchObject({ second: { opcode: 'SOFTMAX' } });
  });
});
