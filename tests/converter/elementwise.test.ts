// What the element-wise ops refuse, what C they ask for, and the scales that they get.
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../converter/calibrate.js';
import type { Graph, OpOptions, Opcode } from '../../converter/graph/graph.js';
import { createInterpreter } from '../../converter/interpreter.js';
import { definitionOf } from '../../converter/ops/table.js';
import { verify } from '../../converter/ops/verify.js';
import { quantize } from '../../converter/quantize.js';
import { unary, type Grid } from '../kernels/cases/unary.js';
import { FloatBuilder } from './float_builder.js';

const USUAL: Grid = [0.05, 0];

describe('verify', () => {
  it.each<[string, Graph, RegExp]>([
    [
      'RELU',
      unary('RELU', {}, [2, 0], [2 ** -22, 0]),
      /"activation_1" \(RELU\): has input scale \/ output scale = 8388608/,
    ],
    ['RELU6 to another scale', unary('RELU6', {}, USUAL, [0.04, 0]), /has scale 0\.05.* and they have to be equal/],
    ['RELU6 to another zero point', unary('RELU6', {}, USUAL, [0.05, 1]), /and they have to be equal/],
    ['LEAKY_RELU', unary('LEAKY_RELU', { alpha: NaN }, USUAL, USUAL), /\(LEAKY_RELU\): has alpha NaN/],
    ['LEAKY_RELU in float32', unary('LEAKY_RELU', { alpha: 1e39 }, 'float32', 'float32'), /has alpha 1e\+39/],
    ['LEAKY_RELU of a ratio', unary('LEAKY_RELU', { alpha: 0.1 }, [2, 0], [2 ** -23, 0]), /below 2\^23/],
    ['LEAKY_RELU of an alpha', unary('LEAKY_RELU', { alpha: -1e7 }, USUAL, USUAL), /\|alpha\| × input scale/],
    ['LOGISTIC', unary('LOGISTIC', {}, USUAL, [1 / 128, 0]), /they have to be 1\/256 and -128/],
    ['LOGISTIC of a small scale', unary('LOGISTIC', {}, [2 ** -29, 0], [1 / 256, -128]), /2\^-28 or more/],
    ['TANH', unary('TANH', {}, USUAL, [1 / 256, -128]), /they have to be 1\/128 and 0/],
    ['TANH of a large scale', unary('TANH', {}, [2 ** 35, 0], [1 / 128, 0]), /below 2\^35/],
    ['HARD_SWISH', unary('HARD_SWISH', {}, [2, 0], [1 / 64, 0]), /input scale \/ 128 \/ output scale = 1,/],
    ['HARD_SWISH of a large scale', unary('HARD_SWISH', {}, [2.6e7, 0], [1e9, 0]), /it has to be below 25165824/],
    ['LOG_SOFTMAX', unary('LOG_SOFTMAX', {}, USUAL, USUAL), /they have to be 1\/16 and 127/],
    ['LOG_SOFTMAX of a small scale', unary('LOG_SOFTMAX', {}, [2 ** -26, 0], [1 / 16, 127]), /has to be above 2\^-26/],
    ['LOG_SOFTMAX of a long row', unary('LOG_SOFTMAX', {}, USUAL, [1 / 16, 127], [4096]), /at most 4095 can be summed/],
    ['LOG_SOFTMAX of no row', unary('LOG_SOFTMAX', {}, USUAL, [1 / 16, 127], []), /has a single value as input/],
    ['QUANTIZE', unary('QUANTIZE', {}, [2, 0], [2 ** -22, 0]), /has input scale \/ output scale = 8388608/],
    ['QUANTIZE to float32', unary('QUANTIZE', {}, 'float32', 'float32'), /its output is float32.*has to be int8/],
    ['DEQUANTIZE from float32', unary('DEQUANTIZE', {}, 'float32', 'float32'), /its input is float32.*takes int8/],
    ['DEQUANTIZE to int8', unary('DEQUANTIZE', {}, USUAL, USUAL), /its output is int8.*has to be float32/],
  ])('refuses %s', (_name, graph, message) => {
    expect(() => verify(graph)).toThrow(message);
  });
});

function kernelOf(graph: Graph): string {
  const op = graph.ops[0]!;
  return definitionOf(op).emit!(op, graph, 'portable')[0]!.kernel;
}

describe('emit', () => {
  it.each<[string, Graph]>([
    ['RELU at one scale', unary('RELU', {}, [0.05, -20], [0.05, -20])],
    ['RELU6', unary('RELU6', {}, USUAL, USUAL)],
    ['LEAKY_RELU with alpha 1', unary('LEAKY_RELU', { alpha: 1 }, USUAL, USUAL)],
    ['QUANTIZE at one scale', unary('QUANTIZE', {}, USUAL, USUAL)],
    ['what gives one value', unary('QUANTIZE', {}, USUAL, [1e30, 3])],
  ])('only clamps in %s', (_name, graph) => {
    expect(kernelOf(graph)).toBe('tk_clamp_s8');
  });

  it.each<[string, Graph]>([
    ['RELU to another scale', unary('RELU', {}, [0.05, -20], [0.04, -20])],
    ['RELU to another zero point', unary('RELU', {}, [0.05, -20], [0.05, -128])],
    ['LEAKY_RELU', unary('LEAKY_RELU', { alpha: 0.1 }, USUAL, USUAL)],
    ['TANH', unary('TANH', {}, USUAL, [1 / 128, 0])],
  ])('looks up in %s', (_name, graph) => {
    expect(kernelOf(graph)).toBe('tk_lookup_s8');
  });
});

/** The int8 form of a float graph of one op, calibrated on the values. */
function quantized<K extends Opcode>(opcode: K, options: OpOptions[K], values: number[]): Graph {
  const b = new FloatBuilder();
  const x = b.activation('x', [1, values.length]);
  const graph = b.graph(x, b.op(opcode, 'y', [x], [1, values.length], options));
  return quantize(graph, calibrate(graph, [Float32Array.from(values)])).graph;
}

/** Real outputs for real inputs. */
function realOutput(graph: Graph, values: number[]): number[] {
  const [input, output] = [graph.inputs[0]!, graph.outputs[0]!].map((i) => graph.tensors[i]!.quantization!);
  const steps = Int8Array.from(values, (value) => Math.round(value / input!.scale[0]!) + input!.zeroPoint[0]!);
  const result = new Int8Array(values.length);
  createInterpreter(graph).invoke(steps, result);
  return [...result].map((q) => output!.scale[0]! * (q - output!.zeroPoint[0]!));
}

const VALUES = [-4, -2.5, -1, -0.25, 0, 0.5, 1, 2, 3.5, 5, 6.5, 8];

describe('quantize', () => {
  it.each<[Opcode, object, (x: number) => number]>([
    ['RELU', {}, (x) => Math.max(x, 0)],
    ['RELU6', {}, (x) => Math.min(Math.max(x, 0), 6)],
    ['LEAKY_RELU', { alpha: 0.1 }, (x) => Math.max(x, 0.1 * x)],
    ['LOGISTIC', {}, (x) => 1 / (1 + Math.exp(-x))],
    ['TANH', {}, Math.tanh],
    ['HARD_SWISH', {}, (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6],
  ])('%s stays within a step of input and output', (opcode, options, real) => {
    const graph = quantized(opcode, options as never, VALUES);
    const [inputStep, outputStep] = graph.tensors.map(({ quantization }) => quantization!.scale[0]!);
    const found = realOutput(graph, VALUES);
    const slope = opcode === 'HARD_SWISH' ? 1.5 : 1;
    VALUES.forEach((x, i) => {
      expect(Math.abs(found[i]! - real(x)), `of ${x}`).toBeLessThan((inputStep! / 2) * slope + outputStep!);
    });
  });

  it('LOG_SOFTMAX within a step', () => {
    const found = realOutput(quantized('LOG_SOFTMAX', {}, VALUES), VALUES);
    const log = Math.log(VALUES.reduce((sum, x) => sum + Math.exp(x), 0));
    VALUES.forEach((x, i) => expect(Math.abs(found[i]! - (x - log))).toBeLessThan(1 / 16 + 12 / 255));
  });

  it.each<[Opcode, object]>([
    ['RELU', {}],
    ['RELU6', {}],
    ['LEAKY_RELU', { alpha: 0 }],
    ['HARD_SWISH', {}],
  ])('%s that gave nothing but 0 in calibration has an int8 form all the same', (opcode, options) => {
    const graph = quantized(opcode, options as never, [-2000, -1000, -1500]);
    expect(() => verify(graph)).not.toThrow();
    expect(Math.abs(realOutput(graph, [-2000, -1000, -1500])[0]!)).toBe(0);
  });
});
