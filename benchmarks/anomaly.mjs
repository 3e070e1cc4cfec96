// The detectors on other people's recordings, by their protocols, with the integers that ship: `npm run bench:anomaly`.
// Reads the reference data beside the clone (TINYKILN_SHARED); what is not there is left out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { parse } from 'csv-parse/sync';
import { alarm } from '../dist/converter/detectors/alarm.js';
import { scoreAll } from '../dist/converter/detectors/detector.js';
import { detectorOf } from '../dist/converter/detectors/table.js';
import { fitDetector } from '../dist/trainer/anomaly/fit_detector.js';
import { rankByMachine } from '../dist/trainer/anomaly/metrics/machines.js';
import { bestThreshold, learningRows, NAB_PROFILES } from '../dist/trainer/anomaly/metrics/nab.js';
import { auc, partialAuc } from '../dist/trainer/anomaly/metrics/roc.js';
import { evaluateOutliers, SKAB } from '../dist/trainer/anomaly/metrics/skab.js';
import { quantile } from '../dist/trainer/anomaly/quantile.js';
import { loadCsvFolder } from '../dist/trainer/datasets/csv_folder.js';
import { SensorFrontEnd } from '../dist/trainer/sensors/front_end.js';
import { scaleOf, toInt16 } from '../dist/trainer/sensors/scale.js';

const shared = join(process.env.TINYKILN_SHARED ?? join(import.meta.dirname, '..', '..', 'shared'), 'data');
const table = (path) => parse(readFileSync(path), { columns: true });
const results = new Table({ head: ['recordings', 'detector', 'measured', 'published, or asked for'] });

function unpacked(archive, work) {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-bench-'));
  try {
    const { status, stderr } = spawnSync('tar', ['--zstd', '-xf', archive, '-C', folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Our areas under published scores against the published areas. */
function publishedScores(folder) {
  const clips = table(join(folder, 'scores.csv'));
  const published = table(join(folder, 'published.csv'));
  const differences = published.flatMap((row) => {
    const own = clips.filter(({ model }) => model === row.model);
    const examples = own.map((clip) => ({ machine: clip.machine_id, score: +clip.score, label: +clip.label }));
    const { machines, mean } = rankByMachine(examples);
    const found = machines.get(row.machine_id) ?? mean;
    return [Math.abs(found.auc - row.auc), Math.abs(found.partialAuc - row.pauc_0_1)];
  });
  const worst = Math.max(...differences).toExponential(1);
  return ['AUC and pAUC alone', `${published.length} pairs, off by ${worst} at most`, '1e-6'];
}

const PUMP_COLUMNS = [
  ...['Accelerometer1RMS', 'Accelerometer2RMS', 'Current', 'Pressure', 'Temperature', 'Thermocouple', 'Voltage'],
  'Volume Flow RateRMS',
];
/** Temperatures wander with the room. */
const PUMP = { kind: 'ewma', smoothing: 0.1, coverage: 0.95, limit: 6, ignore: ['Temperature', 'Thermocouple'] };
const PUMP_ALARM = { quantile: 0.9, factor: 3, clear: 0.7 };
/** The training rows of a channel span this many steps of its sensor: 16 times as many fit. */
const PUMP_STEPS = 2048;

/** One setting for all files; each is fitted to its own first rows. */
function pump(data) {
  const read = (label) => ({
    ...{ source: 'csv-folder', delimiter: ';', columns: PUMP_COLUMNS, sampleRate: 1, fill: 0, label },
    normal: ['0', '0.0'],
  });
  const { recordings } = ['valve1', 'valve2', 'other']
    .map((folder) => loadCsvFolder({ ...read('anomaly'), path: join(data, folder) }))
    .reduce((all, { recordings: own }) => ({ recordings: [...all.recordings, ...own] }), { recordings: [] });
  const judged = recordings.map(({ stretches: [{ channels, classes }] }) => {
    const integers = channels.map((values) =>
      toInt16(values, scaleOf([...values.slice(0, SKAB.trainingRows)], PUMP_STEPS)),
    );
    const rows = Array.from(classes, (_, i) => Int16Array.from(integers, (channel) => channel[i]));
    const training = rows.slice(0, SKAB.trainingRows);
    const normal = {
      rows: training,
      classes: training.map(() => 0),
      classCount: 1,
      names: PUMP_COLUMNS,
      features: false,
    };
    const detector = detectorOf(fitDetector(PUMP, normal, 1), PUMP_COLUMNS.length);
    const raise =
      (quantile(scoreAll(detector, training), PUMP_ALARM.quantile) * PUMP_ALARM.factor) / 2 ** detector.scoreBits;
    const decide = alarm({ raise, clear: raise * PUMP_ALARM.clear, confirm: 1, holdOff: 0 }, detector).start();
    return { predicted: Array.from(scoreAll(detector, rows), (score) => (decide(score) ? 1 : 0)), anomaly: classes };
  });
  const { f1, falseAlarmRate, missedAlarmRate } = evaluateOutliers(judged);
  const percent = (share) => `${(100 * share).toFixed(2)} %`;
  const figures = `F1 ${f1.toFixed(4)}, FAR ${percent(falseAlarmRate)}, MAR ${percent(missedAlarmRate)} (${judged.length} files)`;
  return ['ewma', figures, 'Conv-AE: F1 0.788, FAR 13.49 %, MAR 27.30 %'];
}

const FAN_FRONT_END = {
  ...{ samples: 200, axes: 3, detrend: 'mean', statistics: ['rms', 'difference-rms'], differenceLag: 4 },
};
const FAN = { kind: 'gaussian-mixture', components: 32, shrinkage: 0.02, regularisation: 1e-4 };
/** The MSA301 gives 2,048 steps a g. */
const FAN_SCALE = { unit: 1 / 2048, zero: 0 };

/** One model for all speeds. */
function fan(data, folder) {
  const frontEnd = new SensorFrontEnd(FAN_FRONT_END);
  const frames = table(join(folder, 'manifest.csv')).map(({ path, label, split }) => {
    const values = readFileSync(join(data, path), 'utf8').trim().split(/[\n,]/).map(Number);
    const row = frontEnd.transform(toInt16(values, FAN_SCALE)).slice();
    return { row, split, label: label === 'normal' ? 0 : 1 };
  });
  const train = frames.filter(({ split }) => split === 'train').map(({ row }) => row);
  const names = train[0] ? Array.from(train[0], (_, i) => String(i)) : [];
  const normal = { rows: train, classes: train.map(() => 0), classCount: 1, names, features: true };
  const detector = detectorOf(fitDetector(FAN, normal, 2), names.length);
  const test = frames.filter(({ split }) => split === 'test');
  const scores = scoreAll(
    detector,
    test.map(({ row }) => row),
  );
  const labels = test.map(({ label }) => label);
  const figures = `AUC ${auc(scores, labels).toFixed(4)}, pAUC ${partialAuc(scores, labels, 0.1).toFixed(4)}`;
  return ['gaussian-mixture', figures, 'Mahalanobis on MAD: AUC 0.708'];
}

const SERIES = {
  ...{
    kind: 'record',
    warmUp: 64,
    fastBits: 4,
    slowBits: 8,
    changeBits: 5,
    bandWeight: 0.5,
    changeWeight: 1,
    holdOff: 16,
  },
};
/** The learning rows of a series span this many steps of its sensor, of 2^24. */
const SERIES_STEPS = 2 ** 16;

/** One setting for all series; the threshold is the one that the protocol chooses. */
function series(data) {
  const labels = JSON.parse(readFileSync(join(data, 'labels', 'windows.json'), 'utf8'));
  const detector = detectorOf(SERIES, 1);
  const all = Object.entries(labels).map(([name, windows]) => {
    const rows = table(join(data, 'data', name));
    const ignoredRows = learningRows(rows.length);
    const { unit, zero } = scaleOf(
      rows.slice(0, ignoredRows).map(({ value }) => +value),
      SERIES_STEPS,
    );
    const samples = rows.map(({ value }) => [Math.round((value - zero) / unit)]);
    const edge = ([from, to]) => ({
      begin: rows.findIndex(({ timestamp }) => timestamp >= from.slice(0, 19)),
      end: rows.findLastIndex(({ timestamp }) => timestamp <= to.slice(0, 19)) + 1,
    });
    return { scores: scoreAll(detector, samples), windows: windows.map(edge), ignoredRows };
  });
  const of = (profile) => bestThreshold(all, profile).score.toFixed(2);
  const { standard, lowFalsePositive, lowFalseNegative } = NAB_PROFILES;
  const figures = `${of(standard)} (low FP ${of(lowFalsePositive)}, low FN ${of(lowFalseNegative)}; ${all.length} series)`;
  return ['record', figures, 'Windowed Gaussian: 40.12 (30.54, 44.49)'];
}

const SETS = {
  'mlperf-ad01-scores': { run: publishedScores },
  skab: { archive: 'data.tar.zst', run: pump },
  'ceiling-fan': { archive: 'frames.tar.zst', run: fan },
  nab: { archive: 'data.tar.zst', run: series },
};

for (const [name, { archive, run }] of Object.entries(SETS)) {
  const folder = join(shared, name);
  if (!existsSync(folder)) results.push([name, '-', `not at hand: ${folder}`, '']);
  else if (archive) unpacked(join(folder, archive), (data) => results.push([name, ...run(data, folder)]));
  else results.push([name, ...run(folder)]);
}
console.log(results.toString());
