// The float models that are quantized, each with inputs to calibrate and others to test with. Two are other people's and
// lie beside the clone (left out where they do not); two are trained here.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as keras from '@tensorflow/tfjs-layers';
import { Random } from '../dist/base/random.js';
import { loadFeatures } from '../dist/cli/data.js';
import { readFloatModel } from '../dist/cli/conversion.js';
import { openProject } from '../dist/cli/project.js';
import { createReporter } from '../dist/cli/reporter.js';
import { loadTfjsLayers } from '../dist/converter/loaders/tfjs_layers.js';
import { readTflite } from '../dist/converter/tflite/reader.js';
import { FEATURE_QUANTIZATION } from '../dist/trainer/frontend/micro_frontend.js';
import { train } from '../dist/trainer/train.js';

const CALIBRATION = 200;
const SIDE = 16;
/** Distance from the centre as a shape sees it: its outline is where that is the radius. */
const OUTLINES = [
  (x, y) => Math.hypot(x, y),
  (x, y) => Math.max(Math.abs(x), Math.abs(y)),
  (x, y) => Math.abs(x) + Math.abs(y),
  (x, y) => Math.min(Math.abs(x - y), Math.abs(x + y)) + 3,
];

/** One after the other: `{ name, graph, calibration, test }`. */
export async function* models(root) {
  const data = join(process.env['TINYKILN_SHARED'] ?? join(root, '..', 'shared'), 'data');
  if (existsSync(data)) {
    yield anomalyDetection(data);
    yield helloWorld(data);
  }
  yield await keywordSpotting(root);
  yield await shapes();
}

function tflite(data, name) {
  return readTflite(readFileSync(join(data, 'models', `${name}.tflite`)), name);
}

/** MLPerf Tiny's autoencoder on machine sounds: every second recording calibrates, the others test. */
function anomalyDetection(data) {
  const int8 = tflite(data, 'ad01_int8');
  const { scale, zeroPoint } = int8.tensors[int8.inputs[0]].quantization;
  const bytes = new Int8Array(readFileSync(join(data, 'golden', 'ad_inputs.bin')));
  const size = 640;
  const inputs = Array.from({ length: bytes.length / size }, (_, i) =>
    Float32Array.from(bytes.subarray(i * size, (i + 1) * size), (q) => (q - zeroPoint[0]) * scale[0]),
  );
  const [calibration, test] = [0, 1].map((part) => inputs.filter((_, i) => i % 2 === part));
  return { name: 'ad01', graph: tflite(data, 'ad01_fp32'), calibration, test };
}

/** TFLite Micro's example: the sine of 0 … 2π. */
function helloWorld(data) {
  const random = new Random(1);
  const calibration = Array.from({ length: CALIBRATION }, () => Float32Array.of(2 * Math.PI * random.uniform()));
  const test = Array.from({ length: 1000 }, (_, i) => Float32Array.of((2 * Math.PI * i) / 1000));
  return { name: 'hello_world', graph: tflite(data, 'hello_world_float'), calibration, test };
}

function parted(items, count) {
  return [items.slice(0, count), items.slice(count)];
}

/** The demo's model on its synthetic speech, trained for fewer epochs. */
async function keywordSpotting(root) {
  const project = openProject(join(root, 'examples', 'demo'));
  const reporter = createReporter(process, false);
  const context = { ...{ stdout: process.stdout, stderr: process.stderr, env: process.env }, reporter, cwd: root };
  const features = await loadFeatures(project, context, {});
  const directory = join(root, 'build', 'ptq_training');
  const { model } = await train({
    features,
    model: project.config.model,
    options: { epochs: 6, batch: 50 },
    directory,
  });
  const clips = (split) => {
    const { x, n, variants } = features.splits[split];
    const size = features.shape[0] * features.shape[1];
    const { scale, zeroPoint } = FEATURE_QUANTIZATION;
    return Array.from({ length: n }, (_, i) =>
      Float32Array.from(x.subarray(i * variants * size, (i * variants + 1) * size), (q) => (q - zeroPoint) * scale),
    );
  };
  const [calibration, rest] = parted(new Random(1).shuffle(clips('train')), CALIBRATION);
  return {
    name: 'keywords',
    graph: readFloatModel(model),
    calibration,
    test: [...rest, ...clips('val'), ...clips('test')],
  };
}

/** A small convolutional net that tells outlines apart, trained by tfjs. */
async function shapes() {
  await tf.setBackend('cpu');
  const model = keras.sequential({
    layers: [
      keras.layers.conv2d({
        inputShape: [SIDE, SIDE, 1],
        filters: 8,
        kernelSize: 3,
        strides: 2,
        activation: 'relu',
        ...seeded(1),
      }),
      keras.layers.conv2d({ filters: 12, kernelSize: 3, strides: 2, activation: 'relu', ...seeded(2) }),
      keras.layers.flatten(),
      keras.layers.dense({ units: 24, activation: 'relu', ...seeded(3) }),
      keras.layers.dense({ units: OUTLINES.length, ...seeded(4) }),
    ],
  });
  const random = new Random(1);
  const examples = Array.from({ length: 900 }, (_, i) => image(i % OUTLINES.length, random));
  const x = tf.tensor(Float32Array.from(examples.flatMap((values) => [...values])), [examples.length, SIDE, SIDE, 1]);
  const y = tf.oneHot(
    tf.tensor1d(
      examples.map((_, i) => i % OUTLINES.length),
      'int32',
    ),
    OUTLINES.length,
  );
  const loss = (truth, logits) => tf.losses.softmaxCrossEntropy(truth, logits);
  model.compile({ optimizer: tf.train.adam(0.005), loss });
  await model.fit(x, y, { epochs: 6, batchSize: 30, shuffle: false, verbose: 0 });
  const test = Array.from({ length: 1000 }, (_, i) => image(i % OUTLINES.length, random));
  return { name: 'shapes', graph: await graphOf(model), calibration: examples.slice(0, CALIBRATION), test };
}

function seeded(seed) {
  return { kernelInitializer: keras.initializers.heNormal({ seed }) };
}

/** An outline of random size and place, in noise. */
function image(shape, random) {
  const [centreX, centreY] = [0, 0].map(() => SIDE / 2 + 4 * (random.uniform() - 0.5));
  const radius = 3 + 3 * random.uniform();
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const distance = OUTLINES[shape]((i % SIDE) - centreX, Math.floor(i / SIDE) - centreY);
    return Math.exp(-((distance - radius) ** 2)) + 0.2 * random.normal();
  });
}

async function graphOf(model) {
  let saved;
  await model.save(tf.io.withSaveHandler((artifacts) => Promise.resolve((saved = artifacts))));
  const weightsManifest = [{ paths: ['weights.bin'], weights: saved.weightSpecs }];
  const json = JSON.parse(JSON.stringify({ modelTopology: saved.modelTopology, weightsManifest }));
  return loadTfjsLayers(json, new Uint8Array(saved.weightData), 'shapes');
}
