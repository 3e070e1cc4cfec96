// Post-training quantization beside TensorFlow's, on the same models with the same calibration inputs: `npm run bench:ptq`.
// With a Python that has tensorflow and tflite-micro: `npm run bench:ptq -- /path/to/python3`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { convertInDetail, lower } from '../dist/converter/convert.js';
import { createFloatInterpreter, createInterpreter } from '../dist/converter/interpreter.js';
import { Noise } from '../dist/converter/quantization/noise.js';
import { models } from './ptq_models.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const python = process.argv[2];
const folder = join(root, 'build', 'ptq');
const PLAIN = {
  ranges: 'min-max',
  equalization: 'none',
  dense: 'per-tensor',
  biasCorrection: false,
  compensation: false,
};
const KERAS_ACTIVATIONS = { NONE: 'linear', RELU: 'relu', RELU6: 'relu6' };

const cases = [];
for await (const model of models(root)) cases.push(prepare(model));
if (python && spawnSync(python, [join(root, 'benchmarks', 'ptq_tensorflow.py'), folder], { stdio: 'inherit' }).status)
  process.exit(1);

const table = new Table({ head: ['model', 'quantized by', 'SQNR dB', 'MSE', 'largest error', 'seconds', 'how'] });
for (const each of cases) {
  table.push(ours(each, 'tinykiln, plain', PLAIN), ours(each, 'tinykiln', {}));
  if (python) table.push(tensorflow(each));
}
console.log(table.toString());

/** Lays out what the Python script reads. */
function prepare({ name, graph, calibration, test }) {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  const interpreter = createFloatInterpreter(graph);
  const expected = test.map((input) => {
    const output = new Float32Array(interpreter.outputSize);
    interpreter.invoke(input, output);
    return output;
  });
  const lowered = lower(graph);
  const input = lowered.tensors[lowered.inputs[0]].shape.slice(1);
  writeFileSync(join(place, 'model.json'), JSON.stringify({ input, layers: lowered.ops.flatMap(layerOf, lowered) }));
  for (const [file, tensors] of Object.entries({ calibration, test, expected })) {
    writeFileSync(join(place, `${file}.f32`), Buffer.concat(tensors.map((values) => Buffer.from(values.buffer))));
  }
  return { name, graph, calibration, test, expected, place };
}

function layerOf({ opcode, inputs, options }) {
  const constant = (index) => {
    const { shape, data } = this.tensors[index];
    return { shape, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
  };
  const weights = () => ({ weights: constant(inputs[1]), bias: constant(inputs[2]) });
  const window = { strides: [options.strideH, options.strideW], padding: options.padding };
  const activation = KERAS_ACTIVATIONS[options.activation];
  switch (opcode) {
    case 'FULLY_CONNECTED':
      return { kind: 'dense', activation, ...weights() };
    case 'CONV_2D':
    case 'DEPTHWISE_CONV_2D':
      return { kind: opcode.toLowerCase(), activation, ...window, ...weights() };
    case 'MAX_POOL_2D':
      return { kind: 'max_pool', size: [options.filterH, options.filterW], ...window };
    case 'AVERAGE_POOL_2D':
    case 'MEAN':
      return { kind: 'global_average_pool' };
    case 'RESHAPE':
      return { kind: 'flatten' };
    case 'SOFTMAX':
      return { kind: 'softmax' };
    default:
      throw new Error(`${opcode} has no Keras layer here`);
  }
}

function ours({ name, graph, calibration, test, expected }, title, method) {
  const start = performance.now();
  const found = convertInDetail(graph, { calibration, method });
  const seconds = (performance.now() - start) / 1000;
  const interpreter = createInterpreter(found.graph);
  const [input, output] = [found.graph.inputs[0], found.graph.outputs[0]].map(
    (index) => found.graph.tensors[index].quantization,
  );
  const noise = new Noise();
  const q = new Int8Array(interpreter.outputSize);
  test.forEach((values, i) => {
    interpreter.invoke(values.map((x) => Math.round(x / input.scale[0]) + input.zeroPoint[0]).map(clamp), q);
    noise.add(
      expected[i],
      Array.from(q, (value) => (value - output.zeroPoint[0]) * output.scale[0]),
    );
  });
  const { ranges, dense, equalization, biasCorrection, compensation } = found.method;
  const how = [
    ranges,
    dense === 'per-channel' && 'dense per channel',
    equalization !== 'none' && `equalized by ${equalization}`,
  ];
  how.push(biasCorrection && 'bias corrected', compensation && 'compensated');
  return row(name, title, noise, seconds.toFixed(2), how.filter(Boolean).join(', '));
}

function clamp(q) {
  return Math.max(-128, Math.min(127, q));
}

function tensorflow({ name, expected, place }) {
  const bytes = readFileSync(join(place, 'tensorflow.f32'));
  const found = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const noise = new Noise();
  expected.forEach((output, i) => noise.add(output, found.subarray(i * output.length, (i + 1) * output.length)));
  return row(name, 'TensorFlow', noise, '', '');
}

function row(name, title, noise, seconds, how) {
  const { sqnr, meanSquaredError, largest } = noise;
  return [name, title, sqnr.toFixed(2), meanSquaredError.toExponential(3), largest.toPrecision(4), seconds, how];
}
