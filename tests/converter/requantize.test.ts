// How the real multiplier of a layer is rounded, where one scale and several differ.
import { describe, expect, it } from 'vitest';
import { realMultiplier, type AccumulatingOp } from '../../converter/ops/requantize.js';
import { GraphBuilder } from '../kernels/builder.js';

const [INPUT, WEIGHTS, OUTPUT] = [0.1, 0.01, 0.3].map(Math.fround) as [number, number, number];

/** The multiplier of the first channel of a dense layer with two outputs. */
function denseMultiplier(scales: number[]): number {
  const b = new GraphBuilder('dense', 1);
  const x = b.activation([1, 3], INPUT, 0);
  const w = b.weights({ shape: [2, 3], scales, axis: 0 });
  const y = b.op('FULLY_CONNECTED', [x, w], b.activation([1, 2], OUTPUT, 0), {
    activation: 'NONE',
    keepNumDims: false,
  });
  const graph = b.graph(x, y);
  return realMultiplier(graph.ops[0] as AccumulatingOp, graph, 0);
}

describe('the real multiplier of FULLY_CONNECTED', () => {
  it('rounds the product of the scales to float32 where the weights have one scale', () => {
    expect(denseMultiplier([WEIGHTS])).toBe(Math.fround(INPUT * WEIGHTS) / OUTPUT);
    expect(denseMultiplier([WEIGHTS])).not.toBe((INPUT * WEIGHTS) / OUTPUT);
  });

  it('keeps it in double where they have one for each channel', () => {
    expect(denseMultiplier([WEIGHTS, WEIGHTS])).toBe((INPUT * WEIGHTS) / OUTPUT);
  });
});
