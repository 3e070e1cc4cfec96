// Training examples per second, on random features: `npm run bench:train`. MLPerf Tiny's keyword spotter, and the default model.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Random } from '../dist/base/random.js';
import { DEFAULT_MODEL, MLPERF_TINY_KWS } from '../dist/trainer/models/ds_cnn.js';
import { train } from '../dist/trainer/train.js';

const CLASSES = 12;
const BATCH = 100;
const EXAMPLES = 4000;
const MODELS = [
  { name: 'MLPerf Tiny KWS, 49 × 10', model: MLPERF_TINY_KWS, shape: [49, 10] },
  { name: 'default, 49 × 40', model: DEFAULT_MODEL, shape: [49, 40] },
];

const directory = mkdtempSync(join(tmpdir(), 'tinykiln-bench-'));
const table = new Table({ head: ['model', 'MACs', 'backend', 'batch', 'workers', 'ms a step', 'examples/s'] });
try {
  for (const { name, model, shape } of MODELS) {
    const features = randomFeatures(shape);
    for (const workers of [1, 2]) table.push(await measure(name, model, features, workers));
  }
} finally {
  rmSync(directory, { recursive: true });
}
console.log(`${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.versions.node}`);
console.log(table.toString());

async function measure(name, model, features, workers) {
  const result = await train({
    ...{ features, model, workers, directory: join(directory, `${name} ${workers}`) },
    options: { epochs: 2, batch: BATCH },
  });
  const { macs, backend, examplesPerSecond } = result;
  const step = (1000 * BATCH) / examplesPerSecond;
  return [name, macs, backend, BATCH, result.workers, step.toFixed(1), Math.round(examplesPerSecond)];
}

function randomFeatures(shape) {
  const random = new Random(1);
  const examples = (n) => ({
    x: Int8Array.from({ length: n * shape[0] * shape[1] }, () => random.integer(256) - 128),
    y: Uint8Array.from({ length: n }, () => random.integer(CLASSES)),
    ...{ n, variants: 1, speakers: [] },
  });
  const labels = Array.from({ length: CLASSES }, (_, i) => `class ${i}`);
  return { labels, shape, hash: '', splits: { train: examples(EXAMPLES), val: examples(BATCH), test: examples(0) } };
}
