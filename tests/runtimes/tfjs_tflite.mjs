// Runs .tflite files under tfjs-tflite's WebAssembly runtime: node tfjs_tflite.mjs FOLDER < jobs.json > answers.json
// FOLDER is that of the npm package @tensorflow/tfjs-tflite. Jobs and answers are as in litert.py.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = join(process.argv[2], 'wasm');
const LOADER = 'tflite_web_api_cc_simd';

/** The package's loader is a script for pages, which leaves its factory in a variable. */
async function load() {
  const script = readFileSync(join(folder, `${LOADER}.js`), 'utf8');
  const parameters = ['module', 'exports', 'require', '__filename', '__dirname'];
  const evaluate = new Function(...parameters, `${script}; return tflite_web_api_ModuleFactory;`);
  const factory = evaluate({}, {}, createRequire(import.meta.url), join(folder, LOADER), folder);
  return factory({ wasmBinary: readFileSync(join(folder, `${LOADER}.wasm`)), print: () => {}, printErr: () => {} });
}

const runtime = await load();

function run(model, inputs) {
  const place = runtime._malloc(model.length);
  runtime.HEAPU8.set(model, place);
  const options = { numThreads: 1, enableProfiling: false, maxProfilingBufferEntries: 1 };
  const status = runtime.TFLiteWebModelRunner.CreateFromBufferAndOptions(place, model.length, options);
  if (!status.ok()) throw new Error(status.errorMessage());
  const runner = status.value();
  let at = 0;
  for (const input of views(runner.GetInputs())) input.set(inputs.subarray(at, (at += input.length)));
  if (!runner.Infer()) throw new Error('the inference failed');
  return Buffer.concat(views(runner.GetOutputs()));
}

/** The bytes of each tensor. */
function views(ends) {
  return Array.from({ length: ends.size() }, (_, i) => {
    const { buffer, byteOffset, byteLength } = ends.get(i).data();
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
}

function answer({ model, inputs }) {
  try {
    return { outputs: run(Buffer.from(model, 'base64'), Buffer.from(inputs, 'base64')).toString('base64') };
  } catch (error) {
    return { error: String(error?.message ?? error) };
  }
}

const jobs = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(jobs.map(answer)));
