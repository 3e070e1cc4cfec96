// What a second of audio costs in the audio front end on each core: `npm run bench:frontend`. Counted in QEMU, with the
// default keyword front end and with a cepstrum behind it, on noise that comes and goes; the features are compared with the host's.
import Table from 'cli-table3';
import { Random } from '../dist/base/random.js';
import { frontendMetadata } from '../dist/converter/metadata.js';
import { benchFrontend } from '../dist/device/frontend_bench.js';
import { loadBenchTarget, renderFrontend } from '../dist/firmware-templates/index.js';
import { MFCC } from '../dist/trainer/frontend/mfcc.js';
import { MICRO_SPEECH, MicroFrontend, frontendKind } from '../dist/trainer/frontend/micro_frontend.js';
import { modelFeatures } from '../dist/trainer/frontend/model_features.js';
import { frontendTables } from '../dist/trainer/frontend/tables.js';

const SECONDS = 2;
const CORES = ['m0plus', 'm3', 'm4', 'm7', 'm33', 'm55'];
/** Instructions per second of audio on a Cortex-M4. */
const BUDGET = 4_000_000;

const name = 'keywords';
const SPECS = [MICRO_SPEECH, { ...MICRO_SPEECH, mfcc: MFCC }];
const { sampleRate } = MICRO_SPEECH;
const random = new Random(1);
const samples = Int16Array.from({ length: SECONDS * sampleRate }, (_, i) => {
  return 6000 * random.normal() * Math.sin((6 * i) / sampleRate) ** 2;
});

function expected(spec) {
  const { count, write } = modelFeatures(spec);
  const frames = new MicroFrontend(spec).push(samples);
  const features = new Int8Array(frames.length * count);
  frames.forEach((logs, i) => write(logs, features, i * count));
  return { logs: frames.flatMap((frame) => [...frame]), features };
}

function bench(spec, core) {
  const { stride, channels, features, ...tables } = frontendTables(spec);
  const { sha256 } = frontendMetadata(frontendKind(spec), spec);
  const files = renderFrontend({ stride, channels, features, ...tables }, { name, sha256 });
  const sizes = { sampleRate, stride, channels, features };
  const target = loadBenchTarget(`virtual-cortex-${core}`);
  return benchFrontend({ files, name, ...sizes, samples, target, optimization: '-O2' });
}

const same = (a, b) => a.length === b.length && b.every((value, i) => value === a[i]);

const table = new Table({
  head: ['features', 'core', 'instructions a second', 'code and tables', 'RAM', 'stack', 'equal'],
  style: { head: [], border: [] },
});
const compilers = [];
let good = true;
for (const spec of SPECS) {
  const wanted = expected(spec);
  for (const core of CORES) {
    const found = bench(spec, core);
    const equal = same(found.logs, wanted.logs) && same(found.features, wanted.features);
    good &&= equal && (core !== 'm4' || found.instructions <= BUDGET);
    if (spec === SPECS[0]) compilers.push(`${core}: ${found.compiler}`);
    const numbers = [found.instructions, found.flash, found.ram, found.stack].map((n) => n.toLocaleString('en'));
    table.push([frontendKind(spec), core, ...numbers, equal ? 'yes' : 'NO']);
  }
}
console.log(
  `${sampleRate} Hz, ${MICRO_SPEECH.windowMs} ms every ${MICRO_SPEECH.strideMs} ms, ${MICRO_SPEECH.channels} channels, ${MFCC.coefficients} coefficients\n${table}`,
);
console.log(compilers.join('\n'));
console.log(
  good ? "features equal the host's, within the budget" : "features differ from the host's, or the budget is exceeded",
);
process.exitCode = good ? 0 : 1;
