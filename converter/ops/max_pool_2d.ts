// MAX_POOL_2D: the largest of the part of each window that lies inside the input; int8 compares the stored values.
import type { Graph, Op } from '../graph/graph.js';
import { activationRange, activationRangeInt8, type Range } from './activation.js';
import { checkActivation } from './activation_check.js';
import { throughTensors, windowFields } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { windowGeometry } from './window.js';
import { checkWindow } from './window_check.js';
import { windowOverlaps } from './window_overlap.js';

export const maxPool2d: OpDefinition<'MAX_POOL_2D'> = {
  opcode: 'MAX_POOL_2D',
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
  float32: (op, graph, values) => pool(op, graph, values, activationRange(op.options.activation)),
  int8: (op, graph, values) => pool(op, graph, values, int8Range(op, graph)),
  overlaps: windowOverlaps,
  emit(op, graph, core) {
    const g = windowGeometry(op, graph);
    const params = { window: windowFields(g, g.inC), ...int8Range(op, graph) };
    return [
      {
        kernel: core === 'mve' ? 'tk_max_pool_2d_mve_s8' : 'tk_max_pool_2d_s8',
        params,
        arrays: [],
        arguments: throughTensors(op),
      },
    ];
  },
};

function int8Range(op: Op<'MAX_POOL_2D'>, graph: Graph): Range {
  const { scale, zeroPoint } = graph.tensors[op.outputs[0]!]!.quantization!;
  return activationRangeInt8(op.options.activation, scale[0]!, zeroPoint[0]!);
}

/** Goes over the output's elements in order; a window that lies outside in part is cut to what is inside. */
function pool(op: Op<'MAX_POOL_2D'>, graph: Graph, values: Values, range: Range): Kernel {
  const { inH, inW, inC, outH, outW, strideH, strideW, filterH, filterW, padTop, padLeft } = windowGeometry(op, graph);
  const input = values[op.inputs[0]!] as Int8Array | Float32Array;
  const output = values[op.outputs[0]!] as Int8Array | Float32Array;
  const largest = (batch: number, y: number, x: number, c: number) => {
    const [endY, endX] = [Math.min(inH, y + filterH), Math.min(inW, x + filterW)];
    let max = range.min;
    for (let inY = Math.max(0, y); inY < endY; inY++) {
      for (let inX = Math.max(0, x); inX < endX; inX++) {
        max = Math.max(max, input[((batch * inH + inY) * inW + inX) * inC + c]!);
      }
    }
    return Math.min(max, range.max);
  };
  return () => {
    for (let i = 0; i < output.length; i++) {
      const place = Math.floor(i / inC);
      const row = Math.floor(place / outW);
      const batch = Math.floor(row / outH);
      output[i] = largest(batch, (row % outH) * strideH - padTop, (place % outW) * strideW - padLeft, i % inC);
    }
  };
}
