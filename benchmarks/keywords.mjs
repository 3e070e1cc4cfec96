// What the keyword spotters of examples/ reach on people: `npm run bench:keywords -- [EXAMPLE …] [--seeds N] [--teacher none|FILE …]`. Each is
// trained by `kiln train` on the train split of the reference recordings and more words of other people, quantized by `kiln convert`, judged on the
// test speakers, and counted on a core: once for each teacher, where the first training of a seed starts from a cold cache, and the next ones find
// its features. Needs tar with zstd.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { parse, stringify } from 'yaml';
import { bench } from '../dist/cli/benching.js';
import { readModel, readTensors } from '../dist/cli/model.js';
import { loadBenchTarget } from '../dist/firmware-templates/index.js';

const SETS = ['gsc12', 'gsc-yes-no-extra', 'gsc-unknown-extra'];
const VECTORS = 3;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const shared = join(process.env.TINYKILN_SHARED ?? join(root, '..', 'shared'), 'data');
const EXAMPLES = ['keyword-spotting', 'keyword-spotting-small', 'keyword-spotting-stream'];
/** How a ready-made teacher is listened to. */
const DISTILL = { weight: 0.9, temperature: 2 };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '3' },
    teacher: { type: 'string', multiple: true, default: ['none'] },
    keep: { type: 'string' },
  },
});
if (!existsSync(join(shared, SETS[0]))) {
  console.error(`${shared}: no recordings are here; name their folder with TINYKILN_SHARED`);
  process.exit(2);
}

const work = mkdtempSync(join(tmpdir(), 'tinykiln-keywords-'));
const table = new Table({
  head: [
    'model',
    'teacher',
    'val',
    'float',
    'int8',
    'spread',
    '95 %',
    'bytes',
    'MACs',
    'arena',
    'M4F instructions',
    's',
  ],
  style: { head: [], border: [] },
});
try {
  const manifest = unpack(join(work, 'recordings'));
  for (const name of positionals.length > 0 ? positionals : EXAMPLES) table.push(...measure(name, manifest));
} finally {
  rmSync(work, { recursive: true });
}
console.log(
  `${availableParallelism()} cores, Node ${process.versions.node}; means over ${values.seeds} seeds, accuracies in %`,
);
console.log(table.toString());

/** All sets in one folder, with one manifest. */
function unpack(folder) {
  const columns = ['path', 'label', 'word', 'speaker', 'split', 'sha256'];
  const lines = [columns.join(',')];
  for (const set of SETS) {
    mkdirSync(join(folder, set), { recursive: true });
    run('tar', ['--zstd', '-xf', join(shared, set, 'clips.tar.zst'), '-C', join(folder, set)]);
    const [head, ...rows] = readFileSync(join(shared, set, 'manifest.csv'), 'utf8')
      .trim()
      .split(/\r?\n/);
    const places = columns.map((column) => head.split(',').indexOf(column));
    for (const row of rows) {
      const cells = row.split(',');
      lines.push(places.map((place, i) => (i === 0 ? `${set}/${cells[place]}` : cells[place])).join(','));
    }
  }
  const path = join(folder, 'manifest.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** A row of the table for each teacher. */
function measure(name, manifest) {
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
  const found = seeds.flatMap((seed) => trained(name, manifest, seed));
  return values.teacher.map((teacher) =>
    row(
      name,
      teacher,
      found.filter((one) => one.teacher === teacher),
    ),
  );
}

/** Means over the seeds. */
function row(name, teacher, found) {
  const mean = (of) => found.reduce((sum, one) => sum + of(one), 0) / found.length;
  const accuracies = found.map(({ conversion }) => conversion.int8.accuracy);
  const { cost, conversion, training } = found[0];
  return [
    name,
    basename(teacher),
    percent(mean(({ training }) => training.best.valAccuracy)),
    percent(mean(({ conversion }) => conversion.float.accuracy)),
    percent(mean(({ conversion }) => conversion.int8.accuracy)),
    accuracies.map(percent).join(' '),
    [0, 1].map((end) => percent(mean(({ conversion }) => conversion.interval[end]))).join(' … '),
    ...[conversion.bytes, training.macs, cost.arena, cost.instructions].map((n) => n.toLocaleString('en')),
    found.map(({ seconds }) => Math.round(seconds)).join(' '),
  ];
}

/** A seed with each teacher in turn. */
function trained(name, manifest, seed) {
  const folder = join(work, `${name}-${seed}`);
  mkdirSync(folder);
  return values.teacher.map((teacher) => {
    const config = parse(readFileSync(join(root, 'examples', name, 'kiln.yaml'), 'utf8'));
    config.train.seed = seed;
    if (teacher !== 'none') {
      const distill = { ...DISTILL, teacher: resolve(teacher) };
      config.train = { ...config.train, labelSmoothing: 0, distill };
    }
    writeFileSync(join(folder, 'kiln.yaml'), stringify(config));
    return { teacher, ...trainedOnce(folder, manifest, `${name}-${seed}-${basename(teacher)}`) };
  });
}

function trainedOnce(folder, manifest, name) {
  const started = performance.now();
  const data = ['--data', dirname(manifest), '--manifest', manifest];
  const training = kiln('train', folder, data);
  const seconds = (performance.now() - started) / 1000;
  const conversion = kiln('convert', folder, data);
  const model = readModel(join(folder, 'build', 'model.tflite'));
  const vectors = readTensors(join(folder, 'build', 'vectors.bin'), model.inputSize).slice(0, VECTORS);
  const cost = bench(model, loadBenchTarget('virtual-cortex-m4'), vectors);
  if (cost.equal !== cost.vectors) throw new Error(`${name}: an output on the core differs from the host's`);
  if (values.keep) cpSync(folder, join(values.keep, name), { recursive: true });
  console.log(
    `${name}: val ${percent(training.best.valAccuracy)}, int8 ${percent(conversion.int8.accuracy)}, ${Math.round(seconds)} s`,
  );
  return { training, conversion, cost, seconds };
}

function kiln(command, folder, args) {
  return JSON.parse(
    run(process.execPath, [join(root, 'dist', 'cli', 'bin.js'), command, '-C', folder, ...args, '--json']),
  );
}

function run(file, args) {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

function percent(share) {
  return (100 * share).toFixed(1);
}
