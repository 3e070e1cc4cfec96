// AVERAGE_POOL_2D: the mean over the part of each window that lies inside the input.
import type { Graph, Op } from '../graph/graph.js';
import { activationRange, activationRangeInt8, clampRow, type Range } from './activation.js';
import { checkActivation } from './activation_check.js';
import { throughTensors, windowFields } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { slide, windowGeometry, type WindowGeometry } from './window.js';
import { checkWindow } from './window_check.js';
import { windowOverlaps } from './window_overlap.js';

/** Pixels of a window: those whose sums fit the 16 bits that the DSP extension adds in, those whose mean Helium's kernel finds. */
const LARGEST_WINDOW = { portable: 0, dsp: 256, mve: 4096 };
const KERNEL = {
  portable: 'tk_average_pool_2d_s8',
  dsp: 'tk_average_pool_2d_dsp_s8',
  mve: 'tk_average_pool_2d_mve_s8',
} as const;

export const averagePool2d: OpDefinition<'AVERAGE_POOL_2D'> = {
  opcode: 'AVERAGE_POOL_2D',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 1 });
    check.rank(check.input, 'input', 4);
    checkWindow(check, op, graph);
    checkActivation(check, op.options.activation);
    check.sameQuantization();
  },
  outputShapes(op, graph) {
    const { batches, outH, outW, inC } = windowGeometry(op, graph);
    return [[batches, outH, outW, inC]];
  },
  macs(op, graph) {
    const { batches, outH, outW, inC, filterH, filterW } = windowGeometry(op, graph);
    return batches * outH * outW * inC * filterH * filterW;
  },
  output: 'same-as-input',
  constants: {},
  float32,
  int8,
  overlaps: windowOverlaps,
  emit(op, graph, core) {
    const geometry = windowGeometry(op, graph);
    const params = { window: windowFields(geometry, geometry.inC), ...int8Range(op, graph) };
    const fits = geometry.filterH * geometry.filterW <= LARGEST_WINDOW[core];
    const kernel = KERNEL[fits ? core : 'portable'];
    return [{ kernel, params, arrays: [], arguments: throughTensors(op) }];
  },
};

/** Rows or columns of the window at `place` that lie inside the input. */
function inside(place: number, stride: number, pad: number, filter: number, size: number): number {
  const start = place * stride - pad;
  return Math.min(start + filter, size) - Math.max(start, 0);
}

function insideCount(g: WindowGeometry, y: number, x: number): number {
  return inside(y, g.strideH, g.padTop, g.filterH, g.inH) * inside(x, g.strideW, g.padLeft, g.filterW, g.inW);
}

/** sums[c] = Σ patch[k, c] over the window, which is 0 outside the input. */
function sumChannels(patch: Float64Array, sums: Float64Array): void {
  sums.fill(0);
  const channels = sums.length;
  for (let k = 0; k < patch.length; k += channels) {
    for (let c = 0; c < channels; c++) sums[c]! += patch[k + c]!;
  }
}

function float32(op: Op<'AVERAGE_POOL_2D'>, graph: Graph, values: Values): Kernel {
  const g = windowGeometry(op, graph);
  const output = values[op.outputs[0]!] as Float32Array;
  const range = activationRange(op.options.activation);
  const patch = new Float64Array(g.filterH * g.filterW * g.inC);
  const sums = new Float64Array(g.inC);
  return slide(g, values[op.inputs[0]!] as Float32Array, 0, patch, (place, y, x) => {
    sumChannels(patch, sums);
    const count = insideCount(g, y, x);
    for (let c = 0; c < sums.length; c++) sums[c]! /= count;
    clampRow(sums, range, output, place * sums.length);
  });
}

function int8(op: Op<'AVERAGE_POOL_2D'>, graph: Graph, values: Values): Kernel {
  const g = windowGeometry(op, graph);
  const output = values[op.outputs[0]!] as Int8Array;
  const { min, max } = int8Range(op, graph);
  const patch = new Float64Array(g.filterH * g.filterW * g.inC);
  const sums = new Float64Array(g.inC);
  return slide(g, values[op.inputs[0]!] as Int8Array, 0, patch, (place, y, x) => {
    sumChannels(patch, sums);
    const count = insideCount(g, y, x);
    for (let c = 0; c < sums.length; c++) {
      const mean = roundedQuotient(sums[c]!, count);
      output[place * sums.length + c] = mean < min ? min : mean > max ? max : mean;
    }
  });
}

function int8Range(op: Op<'AVERAGE_POOL_2D'>, graph: Graph): Range {
  const { scale, zeroPoint } = graph.tensors[op.outputs[0]!]!.quantization!;
  return activationRangeInt8(op.options.activation, scale[0]!, zeroPoint[0]!);
}

/** sum / count to the nearest integer, halves away from zero, in C's truncating division. */
function roundedQuotient(sum: number, count: number): number {
  const half = Math.floor(count / 2);
  return Math.trunc((sum > 0 ? sum + half : sum - half) / count);
}
