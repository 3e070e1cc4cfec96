// What a second of audio costs in the audio front end on each core: `npm run bench:frontend`. Counted in QEMU, with the
// default keyword front end, on noise that comes and goes; the features are compared with the host's.
import Table from 'cli-table3';
import { Random } from '../dist/base/random.js';
import { frontendMetadata } from '../dist/converter/metadata.js';
import { benchFrontend } from '../dist/device/frontend_bench.js';
import { loadBenchTarget, renderFrontend } from '../dist/firmware-templates/index.js';
import { MICRO_SPEECH, MicroFrontend } from '../dist/trainer/frontend/micro_frontend.js';
import { frontendTables } from '../dist/trainer/frontend/tables.js';

const SECONDS = 2;
const CORES = ['m0plus', 'm3', 'm4', 'm7', 'm33', 'm55'];
/** Instructions per second of audio on a Cortex-M4. */
const BUDGET = 4_000_000;

const name = 'keywords';
const { sha256 } = frontendMetadata('log-mel', MICRO_SPEECH);
const { sampleRate, stride, channels, ...tables } = frontendTables(MICRO_SPEECH);
const files = renderFrontend({ sampleRate, stride, channels, ...tables }, { name, sha256 });
const random = new Random(1);
const samples = Int16Array.from({ length: SECONDS * sampleRate }, (_, i) => {
  return 6000 * random.normal() * Math.sin((6 * i) / sampleRate) ** 2;
});
const expected = new MicroFrontend(MICRO_SPEECH).push(samples).flatMap((frame) => [...frame]);

const table = new Table({
  head: ['core', 'instructions a second', 'code and tables', 'RAM', 'stack', 'equal'],
  style: { head: [], border: [] },
});
const compilers = [];
let good = true;
for (const core of CORES) {
  const target = loadBenchTarget(`virtual-cortex-${core}`);
  const found = benchFrontend({ files, name, sampleRate, stride, channels, samples, target, optimization: '-O2' });
  const equal =
    found.features.length === expected.length && expected.every((feature, i) => feature === found.features[i]);
  good &&= equal && (core !== 'm4' || found.instructions <= BUDGET);
  compilers.push(`${core}: ${found.compiler}`);
  const number = (n) => n.toLocaleString('en');
  table.push([core, ...[found.instructions, found.flash, found.ram, found.stack].map(number), equal ? 'yes' : 'NO']);
}
console.log(
  `${sampleRate} Hz, ${MICRO_SPEECH.windowMs} ms every ${MICRO_SPEECH.strideMs} ms, ${channels} channels\n${table}`,
);
console.log(compilers.join('\n'));
console.log(
  good ? "features equal the host's, within the budget" : "features differ from the host's, or the budget is exceeded",
);
process.exitCode = good ? 0 : 1;
