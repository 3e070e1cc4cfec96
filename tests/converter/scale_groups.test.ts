// Activations that share a scale: what their ops want holds, a QUANTIZE stands where it has to, and nothing gets coarser for it.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { calibrate, inputSize } from '../../converter/calibrate.js';
import type { Graph, Quantization } from '../../converter/graph/graph.js';
import { verify } from '../../converter/ops/verify.js';
import { Expectation, int8Runner } from '../../converter/output_error.js';
import { quantize, type QuantizeOptions } from '../../converter/quantize.js';
import { decibels } from '../../converter/quantization/noise.js';
import { FloatBuilder } from './float_builder.js';

const SHAPE = [1, 4, 4, 2];
const JOINED = [1, 4, 4, 4];

/** Inputs of normal values, each of the graph's inputs with a size of its own. */
function normals(graph: Graph, sizes: readonly number[]): Float32Array[] {
  const random = new Random(11);
  const per = inputSize(graph) / sizes.length;
  return Array.from({ length: 40 }, () =>
    Float32Array.from({ length: inputSize(graph) }, (_, i) => sizes[Math.floor(i / per)]! * random.normal()),
  );
}

function quantized(graph: Graph, sizes: readonly number[], options: QuantizeOptions = {}) {
  const inputs = normals(graph, sizes);
  const { graph: int8 } = quantize(graph, calibrate(graph, inputs), { ranges: 'min-max', ...options });
  verify(int8);
  const expected = new Expectation(graph, graph.outputs, inputs);
  return { int8, sqnr: decibels(1, expected.noise(int8Runner(int8, graph.outputs))) };
}

const opcodes = ({ ops }: Graph) => ops.map(({ opcode }) => opcode);

function quantizationOf({ tensors }: Graph, name: string): Quantization {
  return tensors.find((tensor) => tensor.name === name)!.quantization!;
}

function convolved(b: FloatBuilder, name: string, x: number, size: number): number {
  const weights = b.constant(`${name}/w`, [2, 1, 1, 2], [size, 0.1 * size, -0.2 * size, size]);
  return b.conv(name, x, weights, SHAPE, b.constant(`${name}/b`, [2], [0, 0]));
}

function joined(b: FloatBuilder, inputs: number[]): number {
  return b.op('CONCATENATION', 'joined', inputs, JOINED, { axis: 3, activation: 'NONE' });
}

describe('inputs of an op that gives its output their scale', () => {
  it('have one that covers all of them', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const graph = b.graph(x, joined(b, [convolved(b, 'small', x, 1), convolved(b, 'large', x, 10)]));
    const { int8, sqnr } = quantized(graph, [1]);
    expect(opcodes(int8)).toEqual(['CONV_2D', 'CONV_2D', 'CONCATENATION']);
    expect(quantizationOf(int8, 'small')).toEqual(quantizationOf(int8, 'joined'));
    expect(quantizationOf(int8, 'large')).toEqual(quantizationOf(int8, 'joined'));
    expect(sqnr).toBeGreaterThan(36);
  });

  it('keep finer steps that other ops need, behind which a QUANTIZE stands', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const small = convolved(b, 'small', x, 1);
    const both = joined(b, [small, convolved(b, 'large', x, 10)]);
    const { int8, sqnr } = quantized(b.graph(x, [both, convolved(b, 'reader', small, 1)]), [1]);
    expect(opcodes(int8)).toEqual(['CONV_2D', 'CONV_2D', 'QUANTIZE', 'CONCATENATION', 'CONV_2D']);
    expect(quantizationOf(int8, 'small').scale[0]).toBeLessThan(quantizationOf(int8, 'joined').scale[0]! / 5);
    expect(sqnr).toBeGreaterThan(36);
  });

  it('share one with other readers where it is hardly coarser', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const small = convolved(b, 'small', x, 1);
    const both = joined(b, [small, convolved(b, 'large', x, 1.2)]);
    const { int8 } = quantized(b.graph(x, [both, convolved(b, 'reader', small, 1)]), [1]);
    expect(opcodes(int8)).not.toContain('QUANTIZE');
  });

  it('are requantized where their scale is fixed', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const sigmoid = b.op('LOGISTIC', 'sigmoid', [x], SHAPE, {});
    const { int8, sqnr } = quantized(b.graph(x, joined(b, [sigmoid, convolved(b, 'large', x, 10)])), [1]);
    expect(opcodes(int8)).toEqual(['LOGISTIC', 'CONV_2D', 'QUANTIZE', 'CONCATENATION']);
    expect(quantizationOf(int8, 'sigmoid')).toMatchObject({ scale: [1 / 256], zeroPoint: [-128] });
    expect(sqnr).toBeGreaterThan(36);
  });

  it('with the same fixed scale keep it', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const sigmoids = ['a', 'b'].map((name) => b.op('LOGISTIC', name, [x], SHAPE, {}));
    const { int8 } = quantized(b.graph(x, joined(b, sigmoids)), [1]);
    expect(opcodes(int8)).toEqual(['LOGISTIC', 'LOGISTIC', 'CONCATENATION']);
    expect(quantizationOf(int8, 'joined').scale).toEqual([1 / 256]);
  });

  it('that are given pass their scale on, and meet others behind a QUANTIZE', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const flipped = b.op('RELU', 'relu', [x], SHAPE, {});
    const graph = b.graph(x, [flipped, joined(b, [x, convolved(b, 'large', x, 10)])]);
    const { int8 } = quantized(graph, [1], { input: { scale: 1 / 16, zeroPoint: 4 } });
    expect(quantizationOf(int8, 'relu')).toMatchObject({ scale: [1 / 16], zeroPoint: [4] });
    expect(opcodes(int8)).toEqual(['RELU', 'CONV_2D', 'QUANTIZE', 'CONCATENATION']);
  });

  it('are requantized once for all readers that want the same', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const sigmoid = b.op('LOGISTIC', 'sigmoid', [x], SHAPE, {});
    const large = convolved(b, 'large', x, 10);
    const largest = b.op('MAXIMUM', 'largest', [joined(b, [sigmoid, large]), joined(b, [large, sigmoid])], JOINED, {});
    const { int8 } = quantized(b.graph(x, largest), [1]);
    expect(opcodes(int8).filter((opcode) => opcode === 'QUANTIZE').length).toBe(1);
  });
});

describe('what only a clamp reads', () => {
  it.each([
    ['RELU', 4],
    ['RELU6', 6],
  ] as const)('has the steps of what a %s lets through', (opcode, most) => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const shift = b.constant('shift', SHAPE, new Array<number>(32).fill(opcode === 'RELU' ? -30 : 0));
    const sum = b.op('ADD', 'sum', [x, shift], SHAPE, { activation: 'NONE' });
    const graph = b.graph(x, b.op(opcode, 'clamp', [sum], SHAPE, {}));
    const { int8, sqnr } = quantized(graph, [12]);
    const { scale, zeroPoint } = quantizationOf(int8, 'sum');
    expect(zeroPoint).toEqual([-128]);
    expect(scale[0]! * 255).toBeLessThan(most * 3);
    expect(quantizationOf(int8, 'clamp')).toEqual(quantizationOf(int8, 'sum'));
    expect(sqnr).toBeGreaterThan(opcode === 'RELU6' ? 30 : 15);
  });

  it('has all of its range where others read it too', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const sum = b.op('ADD', 'sum', [x, x], SHAPE, { activation: 'NONE' });
    const { int8 } = quantized(b.graph(x, [sum, b.op('RELU6', 'clamp', [sum], SHAPE, {})]), [12]);
    expect(quantizationOf(int8, 'sum').zeroPoint[0]).toBeGreaterThan(-40);
  });

  it('as the graph input is not clipped', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const { int8 } = quantized(b.graph(x, b.op('RELU', 'relu', [x], SHAPE, {})), [1]);
    expect(quantizationOf(int8, 'x').zeroPoint[0]).toBeGreaterThan(-40);
  });
});

describe('constants', () => {
  const padded = (b: FloatBuilder, x: number, value: number) => {
    const paddings =
      b.tensors.push({ name: 'p', shape: [4, 2], dtype: 'int32', data: Int32Array.of(0, 0, 1, 1, 1, 1, 0, 0) }) - 1;
    return b.op('PADV2', 'padded', [x, paddings, b.constant('value', [1], [value])], [1, 6, 6, 2], {});
  };

  it('that join an op have its scale, and are within its range', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const { int8, sqnr } = quantized(b.graph(x, padded(b, x, 20)), [1]);
    expect(quantizationOf(int8, 'value')).toEqual(quantizationOf(int8, 'x'));
    expect(quantizationOf(int8, 'x').scale[0]! * 255).toBeGreaterThan(20);
    expect(sqnr).toBeGreaterThan(36);
  });

  it('that would leave the rest no steps saturate', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const { int8 } = quantized(b.graph(x, padded(b, x, -3e38)), [1]);
    expect(quantizationOf(int8, 'x').scale[0]! * 255).toBeLessThan(10);
    expect([...int8.tensors.find(({ name }) => name === 'value')!.data!]).toEqual([-128]);
  });

  it('beside an activation have steps of their own', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const factors = b.constant('factors', SHAPE);
    const { int8, sqnr } = quantized(b.graph(x, b.op('MUL', 'y', [x, factors], SHAPE, { activation: 'NONE' })), [100]);
    expect(quantizationOf(int8, 'factors').scale[0]! * 255).toBeLessThan(8);
    expect(sqnr).toBeGreaterThan(36);
  });
});

describe('several inputs and outputs', () => {
  it('each have a range; calibration inputs hold one behind the other', () => {
    const b = new FloatBuilder();
    const [x, y] = ['x', 'y'].map((name) => b.activation(name, SHAPE)) as [number, number];
    const sum = b.op('ADD', 'sum', [x, y], SHAPE, { activation: 'NONE' });
    const axis = b.tensors.push({ name: 'axis', shape: [], dtype: 'int32', data: Int32Array.of(3) }) - 1;
    const halves = [b.activation('left', [1, 4, 4, 1]), b.activation('right', [1, 4, 4, 1])];
    b.ops.push({ opcode: 'SPLIT', name: 'split', inputs: [axis, sum], outputs: halves, options: { numSplits: 2 } });
    const { int8, sqnr } = quantized(b.graph([x, y], [...halves, sum]), [1, 30]);
    expect(quantizationOf(int8, 'y').scale[0]! / quantizationOf(int8, 'x').scale[0]!).toBeGreaterThan(20);
    expect(quantizationOf(int8, 'right')).toEqual(quantizationOf(int8, 'sum'));
    expect(sqnr).toBeGreaterThan(36);
  });
});

describe('scales', () => {
  it('are raised to what an op allows, and all of its group with them', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', SHAPE);
    const nothing = b.op('SUB', 'nothing', [x, x], SHAPE, { activation: 'NONE' });
    const flat = b.op('RESHAPE', 'flat', [nothing], [1, 32], { newShape: [1, 32] });
    const { int8 } = quantized(b.graph(x, flat), [1000]);
    expect(quantizationOf(int8, 'flat')).toEqual(quantizationOf(int8, 'nothing'));
    expect(quantizationOf(int8, 'flat').scale[0]).toBeGreaterThan(2 ** -24);
  });
});
