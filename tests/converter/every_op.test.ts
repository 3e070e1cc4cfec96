// Every op from float: the committed cases with real values in place of int8, quantized again, near their float form, and
// byte for byte what TFLite Micro computes.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { convert } from '../../converter/convert.js';
import { elements, type Graph, type Tensor } from '../../converter/graph/graph.js';
import { GraphInterpreter } from '../../converter/interpreter.js';
import { removeDeadTensors } from '../../converter/passes/remove_dead_tensors.js';
import { dequantized } from '../../converter/quantization/dequantize.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { KERNEL_CASES } from '../kernels/cases.js';
import { interpreted } from '../kernels/interpreted.js';
import { randomInputs } from '../kernels/random_graph.js';
import { expectSame } from '../kernels/same.js';
import { hasTflm, runTflm } from '../runtimes/tflm.js';

const CALIBRATION = 24;
const VECTORS = 4;
/** Of an op's cases, every so many. */
const EVERY = 5;
/** They stand between float and int8 themselves. */
const BETWEEN = new Set(['quantize', 'dequantize']);

/** The graph in real values: the same function, but for rounding. */
function inFloat(graph: Graph): Graph {
  const tensors = graph.tensors.map(({ quantization: _, ...tensor }, i): Tensor => {
    const isQuantized = graph.tensors[i]!.quantization !== undefined;
    if (!isQuantized) return tensor;
    if (!tensor.data) return { ...tensor, dtype: 'float32' };
    return { ...tensor, dtype: 'float32', data: Float32Array.from(dequantized(graph.tensors[i]!)) };
  });
  const ops = graph.ops.map(({ intermediates: _, ...op }) => op) as Graph['ops'];
  return removeDeadTensors({ ...graph, tensors, ops });
}

/** Values of about what the int8 inputs stood for. */
function calibrationOf(graph: Graph): Float32Array[] {
  const random = new Random(3);
  return Array.from({ length: CALIBRATION }, () =>
    Float32Array.from(
      graph.inputs.flatMap((index) => {
        const { shape, quantization } = graph.tensors[index]!;
        const scale = Math.min(quantization!.scale[0]!, 4);
        return Array.from(
          { length: elements(shape) },
          () => scale * (random.integer(256) - 128 - quantization!.zeroPoint[0]!),
        );
      }),
    ),
  );
}

function isPlain({ inputs, tensors }: Graph): boolean {
  return inputs.every((index) => tensors[index]!.dtype === 'int8');
}

describe.each(Object.keys(KERNEL_CASES).filter((op) => !BETWEEN.has(op)))('%s', (op) => {
  const plain = Object.entries(KERNEL_CASES[op]!).filter(([, graph]) => isPlain(graph));
  const cases = plain.filter((_, i) => i % EVERY === 0);

  it('converts from float, to the bytes of TFLite Micro', () => {
    const models = cases.map(([name, graph]) => {
      const float = inFloat(graph);
      const int8 = convert(float, { calibration: calibrationOf(graph) });
      const size = int8.inputs.reduce((sum, index) => sum + elements(int8.tensors[index]!.shape), 0);
      const inputs = randomInputs(7, VECTORS, size);
      return { name, graph: int8, tflite: writeTflite(int8), inputs };
    });
    const found = models.map(({ graph, inputs }) => interpreted(graph, inputs));
    if (hasTflm) runTflm(models).forEach((expected, i) => expectSame(found[i]!, expected, models[i]!.name));
    for (const { graph } of models)
      expect(new GraphInterpreter(graph).outputs.every((o) => o instanceof Int8Array)).toBe(true);
    expect(models.length).toBeGreaterThan(0);
  });
});
