// Other people's models against TFLite Micro's outputs: every vector, and every layer of two of them.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFloatInterpreter, createInterpreter } from '../../converter/interpreter.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { sharedData } from '../shared.js';

const MODELS = [
  { model: 'kws_ref_model', vectors: 'kws01', layers: 'kws' },
  { model: 'ad01_int8', vectors: 'ad', layers: 'ad' },
  { model: 'micro_speech_quantized', vectors: 'mspeech', layers: 'mspeech' },
];
/** The inputs whose layers were recorded. */
const LAYER_INPUTS = [3, 4];

function bytes(...parts: string[]): Int8Array {
  return new Int8Array(readFileSync(sharedData(...parts)!));
}

function graphOf(model: string) {
  return readTflite(readFileSync(sharedData('models', `${model}.tflite`)!), model);
}

describe.skipIf(!sharedData('golden'))('golden vectors', () => {
  it.each(MODELS)('$model equals on every vector', ({ model, vectors }) => {
    const interpreter = createInterpreter(graphOf(model));
    const inputs = bytes('golden', `${vectors}_inputs.bin`);
    const expected = bytes('golden', `${vectors}_outputs.bin`);
    const outputs = new Int8Array(expected.length);
    const { inputSize, outputSize } = interpreter;
    const count = inputs.length / inputSize;
    for (let i = 0; i < count; i++) {
      interpreter.invoke(
        inputs.subarray(i * inputSize, (i + 1) * inputSize),
        outputs.subarray(i * outputSize, (i + 1) * outputSize),
      );
    }
    expect(count).toBeGreaterThanOrEqual(64);
    expect(Buffer.from(outputs).equals(Buffer.from(expected))).toBe(true);
  });

  it.each(MODELS)('$model equals in every layer', ({ model, vectors, layers }) => {
    const graph = graphOf(model);
    const interpreter = createInterpreter(graph);
    const inputs = bytes('golden', `${vectors}_inputs.bin`);
    const found = LAYER_INPUTS.flatMap((index) => {
      const input = inputs.subarray(index * interpreter.inputSize, (index + 1) * interpreter.inputSize);
      interpreter.invoke(input, new Int8Array(interpreter.outputSize));
      return graph.ops.map((op) => Buffer.from(interpreter.value(op.outputs[0]!) as Int8Array));
    });
    expect(Buffer.concat(found).equals(Buffer.from(bytes('golden', `${layers}_layers.bin`)))).toBe(true);
  });

  it.each(['hello_world_int8', 'hello_world_float', 'ad01_fp32', 'kws_ref_model', 'micro_speech_quantized'])(
    '%s comes back from a file of our own',
    (model) => {
      const graph = graphOf(model);
      expect(readTflite(writeTflite(graph), model)).toEqual(graph);
    },
  );

  it('hello_world is a sine, in float and in int8', () => {
    const float = createFloatInterpreter(graphOf('hello_world_float'));
    const graph = graphOf('hello_world_int8');
    const int8 = createInterpreter(graph);
    const [x, y] = [graph.inputs[0]!, graph.outputs[0]!].map((index) => graph.tensors[index]!.quantization!);
    for (let q = -128; q < 128; q++) {
      const angle = (q - x!.zeroPoint[0]!) * x!.scale[0]!;
      const real = new Float32Array(1);
      float.invoke(Float32Array.of(angle), real);
      expect(Math.abs(real[0]! - Math.sin(angle))).toBeLessThan(0.2);
      const quantized = new Int8Array(1);
      int8.invoke(Int8Array.of(q), quantized);
      expect(Math.abs((quantized[0]! - y!.zeroPoint[0]!) * y!.scale[0]! - Math.sin(angle))).toBeLessThan(0.2);
    }
  });

  it('the int8 anomaly detector follows its float form', () => {
    const graph = graphOf('ad01_int8');
    const int8 = createInterpreter(graph);
    const float = createFloatInterpreter(graphOf('ad01_fp32'));
    const { scale, zeroPoint } = graph.tensors[graph.inputs[0]!]!.quantization!;
    const input = bytes('golden', 'ad_inputs.bin').subarray(3 * 640, 4 * 640);
    const real = new Float32Array(640);
    float.invoke(
      Float32Array.from(input, (q) => (q - zeroPoint[0]!) * scale[0]!),
      real,
    );
    const quantized = new Int8Array(640);
    int8.invoke(input, quantized);
    const out = graph.tensors[graph.outputs[0]!]!.quantization!;
    const distance = real.map((value, i) => Math.abs(value - (quantized[i]! - out.zeroPoint[0]!) * out.scale[0]!));
    expect(distance.reduce((a, b) => a + b) / 640).toBeLessThan(4 * out.scale[0]!);
  });
});
