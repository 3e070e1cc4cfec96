// Fits firmware-templates/costs.json: layers and detectors by the emulator's counts and the linker's sizes, what listens by
// firmware with and without it, applications by the table of docs/boards.md.
//   node scripts/fit_estimates.mjs COUNTS MODEL.tflite …    COUNTS: folder that keeps what was counted
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readModel } from '../dist/cli/model.js';
import { benchTargets, loadBoard } from '../dist/firmware-templates/index.js';
import { detectorCosts } from './fit_detectors.mjs';
import { networkCosts, shapedModels } from './fit_networks.mjs';
import { streamCosts } from './fit_streams.mjs';

/** Of the model that docs/boards.md calls the application alone (tests/firmware/tiny_model.ts): input, its copy, output. */
const TINY_RAM = 490 + 490 + 12;
/** The board of a core on which firmware is built. */
const BOARDS = {
  'cortex-m0': 'nucleo-f072rb',
  'cortex-m0plus': 'nucleo-g071rb',
  'cortex-m3': 'virtual-stm32f205',
  'cortex-m33': 'nucleo-u575zi-q',
  'cortex-m4f': 'virtual-stm32f405',
  'cortex-m7': 'nucleo-f767zi',
};

const [counts, ...paths] = process.argv.slice(2);
mkdirSync(counts, { recursive: true });
const given = paths.map((path) => ({ name: basename(path, '.tflite'), model: readModel(path) }));
const models = [...shapedModels(), ...given];
const applications = applicationTable();
const cores = Object.fromEntries(benchTargets().map((target) => [target.core, ofCore(target)]));
// A Cortex-M0 runs the code of a Cortex-M0+.
cores['cortex-m0'] = { ...cores['cortex-m0plus'] };
for (const [core, board] of Object.entries(BOARDS)) {
  const built = await counted(`${board}.streams`, () => streamCosts(board, cores[core], applications[board]));
  Object.assign(cores[core], built);
}
writeFileSync('firmware-templates/costs.json', `${JSON.stringify({ cores, applications }, null, 2)}\n`);

function ofCore(target) {
  return { networks: networkCosts(target, models, counted), detectors: detectorCosts(target, counted), streams: {} };
}

/** What was counted in an earlier call is not counted anew: a promise is kept as what it gives. */
function counted(name, make) {
  const file = join(counts, `${name}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const made = make();
  const keep = (value) => {
    writeFileSync(file, JSON.stringify(value));
    return value;
  };
  return made instanceof Promise ? made.then(keep) : keep(made);
}

function applicationTable() {
  const rows = readFileSync('docs/boards.md', 'utf8').matchAll(/^\| `([\w-]+)` \| (\d+) \/ (\d+) \/ \d+ \|/gm);
  return Object.fromEntries(
    [...rows].map(([, name, flash, ram]) => [name, { flash: +flash, ram: +ram - loadBoard(name).stack - TINY_RAM }]),
  );
}
