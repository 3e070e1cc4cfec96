// What models cost on each core, beside TensorFlow Lite Micro with CMSIS-NN: `npm run bench`. Counted in QEMU, so that a
// figure is the same wherever the same compiler is; that of another runtime is read from a file of reference data.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { bench } from '../dist/cli/benching.js';
import { readModel, readTensors } from '../dist/cli/model.js';
import { loadBenchTarget } from '../dist/firmware-templates/index.js';

const VECTORS = 3;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const shared = join(process.env.TINYKILN_SHARED ?? join(root, '..', 'shared'), 'data');
if (!existsSync(join(shared, 'anchors.json'))) {
  console.error(`${shared}: no reference models are here; name their folder with TINYKILN_SHARED`);
  process.exit(2);
}

const MODELS = [
  { name: 'kws_ref_model', inputs: 'kws01_inputs.bin' },
  { name: 'ad01_int8', inputs: 'ad_inputs.bin' },
  { name: 'micro_speech_quantized', inputs: 'mspeech_inputs.bin' },
];
/** The core, and the peers' figure that is nearest to it. */
const CORES = [
  ['virtual-cortex-m0plus', 'm0plus_cmsis_nn'],
  ['virtual-cortex-m3', 'm3_reference'],
  ['virtual-cortex-m4', 'm4_cmsis_nn'],
  ['virtual-cortex-m7', 'm4_cmsis_nn'],
  ['virtual-cortex-m33', 'm4_cmsis_nn'],
  ['virtual-cortex-m55', 'm55_cmsis_nn'],
];

const anchors = JSON.parse(readFileSync(join(shared, 'anchors.json'), 'utf8'));
const number = (n) => (n === undefined ? '-' : n.toLocaleString('en'));
const beside = (ours, theirs) => (theirs === undefined ? number(ours) : `${number(ours)} / ${number(theirs)}`);

console.log(`ours / the peer's. Peer: ${anchors.what}\n`);
const compilers = new Set();
let equal = true;
for (const { name, inputs } of MODELS) {
  const model = readModel(join(shared, 'models', `${name}.tflite`));
  const vectors = readTensors(join(shared, 'golden', inputs), model.inputSize).slice(0, VECTORS);
  const peer = anchors.models[name];
  const table = new Table({
    head: [name, 'instructions', 'ratio', 'code', 'arena', 'other RAM', 'stack'],
    style: { head: [], border: [] },
  });
  for (const [core, key] of CORES) {
    const found = bench(model, loadBenchTarget(core), vectors);
    compilers.add(`${found.board}: ${found.compiler}`);
    equal &&= found.equal === found.vectors;
    const theirs = peer.instructions[key];
    table.push([
      core.replace('virtual-', ''),
      beside(found.instructions, theirs),
      theirs ? (found.instructions / theirs).toFixed(2) : '-',
      beside(found.code, peer.code_bytes[`${key}_int8_registrations`] ?? peer.code_bytes[key]),
      beside(found.arena, peer.arena_bytes[key]),
      beside(found.ram.static, key === 'm4_cmsis_nn' ? peer.data_bss_bytes : undefined),
      beside(found.stack, peer.stack_bytes[key]),
    ]);
  }
  console.log(table.toString());
}
console.log([...compilers].join('\n'));
console.log(equal ? "every output equals the host interpreter's" : "an output differs from the host interpreter's");
process.exitCode = equal ? 0 : 1;
