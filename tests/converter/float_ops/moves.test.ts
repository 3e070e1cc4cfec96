// Ops that only move values, in float32: on real numbers they do what TFLite Micro does on the int8 values that stand for them.
import { describe, expect, it } from 'vitest';
import type { Graph, Tensor } from '../../../converter/graph/graph.js';
import { GraphInterpreter } from '../../../converter/interpreter.js';
import { KERNEL_CASES } from '../../kernels/cases.js';
import { readVectors } from '../../kernels/vectors.js';

const MOVES = [
  'pad',
  'padv2',
  'reshape',
  'squeeze',
  'expand_dims',
  'transpose',
  'concatenation',
  'split',
  'slice',
  'strided_slice',
  'pack',
  'unpack',
  'resize_nearest_neighbor',
];

/** The same graph of float32 tensors; integers say shapes and places, and stay. */
function inFloat32(graph: Graph): Graph {
  const tensors = graph.tensors.map((tensor): Tensor => {
    if (tensor.dtype !== 'int8') return tensor;
    const { name, shape, data, quantization } = tensor;
    const floats = data && Float32Array.from(data as Int8Array, (q) => q - quantization!.zeroPoint[0]!);
    return { name, shape, dtype: 'float32', ...(floats && { data: floats }) };
  });
  return { ...graph, tensors };
}

describe.each(MOVES)('%s in float32', (op) => {
  const vectors = readVectors(op);

  it.each(Object.entries(KERNEL_CASES[op]!))('%s', (name, graph) => {
    const zeroPoint = graph.tensors[graph.inputs[0]!]!.quantization!.zeroPoint[0]!;
    const interpreter = new GraphInterpreter(inFloat32(graph));
    const { inputs, outputs } = vectors[name]!;
    inputs.forEach((quantized, i) => {
      let at = 0;
      for (const input of interpreter.inputs as Float32Array[]) {
        input.set(Float32Array.from(quantized.subarray(at, (at += input.length)), (q) => q - zeroPoint));
      }
      interpreter.invoke();
      const found = (interpreter.outputs as Float32Array[]).flatMap((output) => [...output]);
      expect(found).toEqual(Array.from(outputs[i]!, (q) => q - zeroPoint));
    });
    expect(inputs.length).toBeGreaterThan(0);
  });
});
