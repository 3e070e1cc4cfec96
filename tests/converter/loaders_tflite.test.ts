// .tflite files of other kinds than int8 with int8 ends: what they become before they are quantized or compiled.
import { describe, expect, it } from 'vitest';
import type { Graph, Tensor } from '../../converter/graph/graph.js';
import { GraphInterpreter } from '../../converter/interpreter.js';
import { loadTflite } from '../../converter/loaders/tflite.js';
import { verify } from '../../converter/ops/verify.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { pack } from '../../converter/tflite/pack.js';
import { decodeFloat16 } from '../../converter/tflite/tensor_data.js';
import { TENSOR_TYPES } from '../../converter/tflite/schema.js';
import { unpack } from '../../converter/tflite/unpack.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { GraphBuilder } from '../kernels/builder.js';

const WEIGHTS = [1, -2, 0.5, 4, 0.25, -8];

function dense(weights: Omit<Tensor, 'name'>, dequantize: boolean): Graph {
  const b = new GraphBuilder('dense', 1);
  const x = b.floats([1, 3]);
  let w = b.tensor(weights);
  if (dequantize) w = b.op('DEQUANTIZE', [w], b.floats([2, 3]), {});
  const y = b.op('FULLY_CONNECTED', [x, w], b.floats([1, 2]), { activation: 'NONE', keepNumDims: false });
  return b.graph(x, y);
}

function run(graph: Graph, input: number[]): number[] {
  verify(graph);
  const interpreter = new GraphInterpreter(graph);
  (interpreter.inputs[0] as Float32Array).set(input);
  interpreter.invoke();
  return Array.from(interpreter.outputs[0] as Float32Array);
}

const EXPECTED = run(dense({ shape: [2, 3], dtype: 'float32', data: Float32Array.from(WEIGHTS) }, false), [1, 2, 3]);

/** The file of a graph whose tensor 1 is stored as float16. */
function halfFile(): Uint8Array {
  const graph = dense({ shape: [2, 3], dtype: 'float32', data: Float32Array.from(WEIGHTS) }, true);
  const model = unpack(writeTflite(graph), 'Model', 'half');
  const tensor = model.subgraphs![0]!.tensors![1]!;
  tensor.type = TENSOR_TYPES.indexOf('FLOAT16');
  const bits = [0x3c00, 0xc000, 0x3800, 0x4400, 0x3400, 0xc800];
  model.buffers![tensor.buffer]!.data = new Uint8Array(Uint16Array.from(bits).buffer);
  return pack('Model', model);
}

describe('loadTflite', () => {
  it('computes weights that are stored as float16', () => {
    const graph = loadTflite(halfFile(), 'half.tflite');
    expect(graph.ops.map(({ opcode }) => opcode)).toEqual(['FULLY_CONNECTED']);
    expect(run(graph, [1, 2, 3])).toEqual(EXPECTED);
  });

  it.each([
    ['behind a DEQUANTIZE', true],
    ['read by the op itself', false],
  ])('computes int8 weights %s', (_how, dequantize) => {
    const quantization = { scale: [0.25, 0.5], zeroPoint: [0, 0], axis: 0 };
    const data = Int8Array.of(4, -8, 2, 8, 1, -16);
    const weights: Omit<Tensor, 'name'> = { shape: [2, 3], dtype: 'int8', quantization, data };
    const graph = loadTflite(writeTflite(dense(weights, dequantize)), 'hybrid.tflite');
    expect(graph.tensors.every(({ dtype }) => dtype === 'float32')).toBe(true);
    expect(run(graph, [1, 2, 3])).toEqual([1 - 4 + 1.5, 4 + 1 - 24]);
  });

  it('leaves out the float ends of an int8 model', () => {
    const b = new GraphBuilder('ends', 1);
    const x = b.op('QUANTIZE', [b.floats([1, 4])], b.activation([1, 4], 0.5, 3), {});
    const y = b.op('RELU', [x], b.like(x, [1, 4]), {});
    const z = b.op('DEQUANTIZE', [y], b.floats([1, 4]), {});
    const graph = loadTflite(writeTflite(b.graph(0, z)), 'ends.tflite');
    verify(graph);
    expect(graph.ops.map(({ opcode }) => opcode)).toEqual(['RELU']);
    const ends = [...graph.inputs, ...graph.outputs].map((index) => graph.tensors[index]!.dtype);
    expect(ends).toEqual(['int8', 'int8']);
  });

  it('keeps a QUANTIZE whose float input is read elsewhere too', () => {
    const b = new GraphBuilder('shared', 1);
    const x = b.floats([1, 4]);
    const q = b.op('QUANTIZE', [x], b.activation([1, 4], 0.5, 3), {});
    const r = b.op('RELU', [x], b.floats([1, 4]), {});
    const graph = b.graph(x, [q, r]);
    expect(loadTflite(writeTflite(graph), 'shared').ops.length).toBe(2);
  });
});

describe('readTflite', () => {
  it('takes the shape of a RESHAPE from its output where the file computes it', () => {
    const b = new GraphBuilder('flatten', 1);
    const x = b.floats([1, 2, 3]);
    const shape = b.op('PACK', [b.integers([1], []), b.integers([6], [])], b.tensor({ shape: [2], dtype: 'int32' }), {
      axis: 0,
      valuesCount: 2,
    });
    const y = b.op('RESHAPE', [x, shape], b.floats([1, 6]), { newShape: [] });
    const graph = readTflite(writeTflite(b.graph(x, y)), 'flatten.tflite');
    expect(graph.ops).toMatchObject([{ opcode: 'RESHAPE', inputs: [x], options: { newShape: [1, 6] } }]);
    expect(run(graph, [1, 2, 3, 4, 5, 6])).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('decodeFloat16', () => {
  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ])('0x%s', (bits, value) => {
    expect(decodeFloat16(new Uint8Array(Uint16Array.of(bits).buffer))[0]).toBe(value);
  });
});
