// Passes keep what a graph computes, leave the graph that they are given as it was, and refuse what they cannot do.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { lower } from '../../converter/convert.js';
import type { Activation, Graph, Op } from '../../converter/graph/graph.js';
import { createFloatInterpreter } from '../../converter/interpreter.js';
import { foldBatchNormalization } from '../../converter/passes/fold_batch_normalization.js';
import { fuseActivations } from '../../converter/passes/fuse_activations.js';
import { nameOutputs } from '../../converter/passes/name_outputs.js';
import { sinkReshapes } from '../../converter/passes/sink_reshapes.js';
import { removeDeadTensors } from '../../converter/passes/remove_dead_tensors.js';
import { GraphBuilder } from '../kernels/builder.js';
import { interpreted } from '../kernels/interpreted.js';
import { randomInputs } from '../kernels/random_graph.js';
import { CONV, FloatBuilder } from './float_builder.js';
import { normal } from './keras.js';

const opcodes = ({ ops }: Graph) => ops.map(({ opcode }) => opcode);

function outputOf(graph: Graph): Float32Array {
  const interpreter = createFloatInterpreter(graph);
  const output = new Float32Array(interpreter.outputSize);
  interpreter.invoke(normal(interpreter.inputSize, new Random(9)), output);
  return output;
}

function expectSameOutput(after: Graph, before: Graph): void {
  const [found, expected] = [outputOf(after), outputOf(before)];
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
}

/** conv → norm, with or without a bias of its own. */
function convNorm({ bias }: { bias: boolean }): Graph {
  const b = new FloatBuilder();
  const x = b.activation('x', [1, 5, 4, 3]);
  const w = b.constant('w', [6, 2, 2, 3]);
  const y = b.conv('conv', x, w, [1, 4, 3, 6], bias ? b.constant('b', [6]) : undefined);
  return b.graph(x, b.norm('norm', y));
}

describe('foldBatchNormalization', () => {
  it.each([true, false])('into CONV_2D, with a bias of its own: %s', (bias) => {
    const graph = convNorm({ bias });
    const folded = foldBatchNormalization(graph);
    expect(opcodes(folded)).toEqual(['CONV_2D']);
    expect(folded.ops[0]!.inputs.length).toBe(3);
    expectSameOutput(folded, graph);
  });

  it('into a CONV_2D whose bias is marked as absent', () => {
    const graph = convNorm({ bias: false });
    const conv = graph.ops[0]!;
    const marked = { ...graph, ops: [{ ...conv, inputs: [...conv.inputs, -1] } as Op, ...graph.ops.slice(1)] };
    expectSameOutput(foldBatchNormalization(marked), graph);
  });

  it('into DEPTHWISE_CONV_2D, whose channels come last', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 5, 4, 3]);
    const w = b.constant('w', [1, 2, 2, 6]);
    const options = { ...CONV, depthMultiplier: 2 };
    const y = b.op('DEPTHWISE_CONV_2D', 'depthwise', [x, w], [1, 4, 3, 6], options);
    const graph = b.graph(x, b.norm('norm', y));
    const folded = foldBatchNormalization(graph);
    expect(opcodes(folded)).toEqual(['DEPTHWISE_CONV_2D']);
    expectSameOutput(folded, graph);
  });

  it('into FULLY_CONNECTED, and two in a row', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 7]);
    const operands = [x, b.constant('w', [4, 7]), b.constant('b', [4])];
    const y = b.op('FULLY_CONNECTED', 'dense', operands, [1, 4], { activation: 'NONE', keepNumDims: false });
    const graph = b.graph(x, b.norm('norm_2', b.norm('norm_1', y)));
    const folded = foldBatchNormalization(graph);
    expect(opcodes(folded)).toEqual(['FULLY_CONNECTED']);
    expectSameOutput(folded, graph);
  });

  it('into each of two layers that share their weights', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 3, 3, 2]);
    const w = b.constant('w', [2, 1, 1, 2]);
    const middle = b.norm('norm_1', b.conv('conv_1', x, w, [1, 3, 3, 2]));
    const graph = b.graph(x, b.norm('norm_2', b.conv('conv_2', middle, w, [1, 3, 3, 2])));
    const folded = foldBatchNormalization(graph);
    expect(opcodes(folded)).toEqual(['CONV_2D', 'CONV_2D']);
    expectSameOutput(folded, graph);
  });

  it('leaves the graph that it is given as it was', () => {
    const graph = convNorm({ bias: true });
    const before = structuredClone(graph);
    foldBatchNormalization(graph);
    expect(graph).toEqual(before);
  });

  const lowered = (graph: Graph, expected: string[]) => {
    const found = foldBatchNormalization(graph);
    expect(opcodes(found)).toEqual(expected);
    expectSameOutput(found, graph);
  };

  it('becomes MUL and ADD at the start', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 2, 2, 3]);
    lowered(b.graph(x, b.norm('norm', x)), ['MUL', 'ADD']);
  });

  it('becomes MUL and ADD behind an activation, fused or not', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 2, 2, 3]);
    const y = b.conv('conv', x, b.constant('w', [3, 1, 1, 3]), [1, 2, 2, 3]);
    const graph = b.graph(x, b.norm('norm', b.op('RELU', 'relu', [y], [1, 2, 2, 3], {})));
    lowered(graph, ['CONV_2D', 'RELU', 'MUL', 'ADD']);
    lowered(fuseActivations(graph), ['CONV_2D', 'MUL', 'ADD']);
  });

  it('becomes MUL and ADD where another layer reads its input', () => {
    const graph = convNorm({ bias: true });
    const shared = { ...graph, outputs: [...graph.outputs, graph.ops[0]!.outputs[0]!] };
    expect(opcodes(foldBatchNormalization(shared))).toEqual(['CONV_2D', 'MUL', 'ADD']);
  });
});

describe('sinkReshapes', () => {
  it('brings normalization and activation to the layer before a reshape', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 1, 6, 3]);
    const y = b.conv('conv', x, b.constant('w', [3, 1, 1, 3]), [1, 1, 6, 3]);
    const rows = b.op('RESHAPE', 'rows', [y], [1, 6, 3], { newShape: [1, 6, 3] });
    const graph = b.graph(x, b.op('RELU', 'relu', [b.norm('norm', rows)], [1, 6, 3], {}));
    const sunk = sinkReshapes(graph);
    expect(opcodes(sunk)).toEqual(['CONV_2D', 'BATCH_NORMALIZATION', 'RELU', 'RESHAPE']);
    expectSameOutput(sunk, graph);
    expect(opcodes(fuseActivations(foldBatchNormalization(sunk)))).toEqual(['CONV_2D', 'RESHAPE']);
  });

  it('leaves a normalization over other channels where it is', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 6]);
    const rows = b.op('RESHAPE', 'rows', [x], [1, 2, 3], { newShape: [1, 2, 3] });
    expect(opcodes(sinkReshapes(b.graph(x, b.norm('norm', rows))))).toEqual(['RESHAPE', 'BATCH_NORMALIZATION']);
  });
});

function convClamp(clamps: ('RELU' | 'RELU6')[]): Graph {
  const b = new FloatBuilder();
  const x = b.activation('x', [1, 4, 4, 2]);
  const y = b.conv('conv', x, b.constant('w', [5, 2, 2, 2]), [1, 3, 3, 5]);
  return b.graph(
    x,
    clamps.reduce((from, opcode, i) => b.op(opcode, `clamp_${i}`, [from], [1, 3, 3, 5], {}), y),
  );
}

/** A pointwise layer whose output has zero point −10, and 6 at 90. */
function convInt8(activation: Activation, clamps: ('RELU' | 'RELU6')[]): Graph {
  const b = new GraphBuilder('int8', 5);
  const x = b.activation([1, 3, 2, 4], 0.05, -3);
  const w = b.weights({ shape: [3, 1, 1, 4], scales: [0.04], axis: 0 });
  const y = b.op('CONV_2D', [x, w], b.activation([1, 3, 2, 3], 0.06, -10), { ...CONV, activation });
  return b.graph(
    x,
    clamps.reduce((from, opcode) => b.op(opcode, [from], b.like(from, [1, 3, 2, 3]), {}), y),
  );
}

describe('fuseActivations', () => {
  it.each(['RELU', 'RELU6'] as const)('%s into its producer', (opcode) => {
    const graph = convClamp([opcode]);
    const before = structuredClone(graph);
    const fused = fuseActivations(graph);
    expect(opcodes(fused)).toEqual(['CONV_2D']);
    expect(fused.ops[0]!.options).toMatchObject({ activation: opcode });
    expectSameOutput(fused, graph);
    expect(graph).toEqual(before);
  });

  it('into a pool', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 4, 4, 2]);
    const options = { padding: 'VALID', strideH: 2, strideW: 2, filterH: 2, filterW: 2, activation: 'NONE' } as const;
    const y = b.op('AVERAGE_POOL_2D', 'pool', [x], [1, 2, 2, 2], options);
    const graph = b.graph(x, b.op('RELU', 'relu', [y], [1, 2, 2, 2], {}));
    expect(opcodes(fuseActivations(graph))).toEqual(['AVERAGE_POOL_2D']);
    expectSameOutput(fuseActivations(graph), graph);
  });

  it('keeps a second one', () => {
    const graph = convClamp(['RELU6', 'RELU']);
    expect(opcodes(fuseActivations(graph))).toEqual(['CONV_2D', 'RELU']);
    expectSameOutput(fuseActivations(graph), graph);
  });

  it('keeps one behind a CONCATENATION, which would refuse it', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 4]);
    const y = b.op('CONCATENATION', 'join', [x, x], [1, 8], { axis: 1, activation: 'NONE' });
    const graph = b.graph(x, b.op('RELU', 'relu', [y], [1, 8], {}));
    expect(opcodes(fuseActivations(graph))).toEqual(['CONCATENATION', 'RELU']);
  });

  it.each(['RELU', 'RELU6'] as const)('%s fused and on its own are the same bytes', (opcode) => {
    const [fused, alone] = [convInt8(opcode, []), convInt8('NONE', [opcode])];
    expect(opcodes(alone)).toEqual(['CONV_2D', opcode]);
    const inputs = randomInputs(3, 20, 24);
    const outputs = interpreted(fused, inputs);
    expect(interpreted(alone, inputs)).toEqual(outputs);
    expect(outputs.flatMap((row) => [...row])).toContain(-10);
    expect(interpreted(convInt8('NONE', []), inputs)).not.toEqual(outputs);
  });

  it('keeps one whose input is also an output, and one at the start', () => {
    const graph = convClamp(['RELU']);
    const shared = { ...graph, outputs: [...graph.outputs, graph.ops[0]!.outputs[0]!] };
    expect(opcodes(fuseActivations(shared))).toEqual(['CONV_2D', 'RELU']);
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 4]);
    expect(opcodes(fuseActivations(b.graph(x, b.op('RELU', 'relu', [x], [1, 4], {}))))).toEqual(['RELU']);
  });
});

describe('removeDeadTensors', () => {
  it('keeps the order of what is left, and absent inputs', () => {
    const b = new FloatBuilder();
    b.constant('dead_1', [2]);
    const x = b.activation('x', [1, 3]);
    b.constant('dead_2', [2]);
    const operands = [x, b.constant('w', [2, 3]), -1];
    const y = b.op('FULLY_CONNECTED', 'y', operands, [1, 2], { activation: 'NONE', keepNumDims: false });
    const graph = b.graph(x, y);
    const clean = removeDeadTensors(graph);
    expect(clean.tensors.map(({ name }) => name)).toEqual(['x', 'w', 'y']);
    expect(clean.ops[0]).toMatchObject({ inputs: [0, 1, -1], outputs: [2] });
    expect([clean.inputs, clean.outputs]).toEqual([[0], [2]]);
    expectSameOutput(clean, graph);
    expect(removeDeadTensors(clean)).toEqual(clean);
  });
});

describe('lower', () => {
  it('leaves layers with fused activations, each output named as its layer', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 4, 4, 2]);
    const y = b.norm('norm', b.conv('conv', x, b.constant('w', [5, 2, 2, 2]), [1, 3, 3, 5]));
    const graph = b.graph(x, b.op('RELU', 'relu', [y], [1, 3, 3, 5], {}));
    const lowered = lower(graph);
    expect(lowered.ops.map(({ name }) => name)).toEqual(['conv']);
    expect(lowered.tensors.map(({ name }) => name)).toEqual(['x', 'conv', 'w', 'conv/bias']);
    expectSameOutput(lowered, graph);
  });

  it('names a layer whose output had another name', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 4]);
    const y = b.op('SOFTMAX', 'softmax', [x], [1, 4], { beta: 1 });
    b.tensors[y]!.name = 'StatefulPartitionedCall:0';
    expect(nameOutputs(b.graph(x, y)).tensors[y]!.name).toBe('softmax');
  });
});
