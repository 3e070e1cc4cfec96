import { join } from 'node:path';
import { KilnError } from '../../base/errors.js';
import type { Arguments, Run } from '../command.js';
import type { Reporter } from '../reporter.js';
import { pathsOf } from '../project.js';
import { metricText, type RunMetric } from '../run_metrics.js';
import { findRun, listRuns, pruneRuns, type RunRecord } from '../runs.js';

export const run: Run = (args, { project, reporter }) => {
  const { runs } = pathsOf(project);
  if (args['action'] === 'show') show(findRun(runs, String(args['id'] ?? 'latest')), runs, reporter);
  else if (args['action'] === 'prune') prune(runs, args, reporter);
  else list(listRuns(runs), reporter);
  return Promise.resolve(0);
};

/** Columns of those that some run has. */
const SHOWN = {
  ...{ valAccuracy: 'val', accuracy: 'int8', falseRejects: 'missed', falseAccepts: 'false accepts/h' },
  ...{ auc: 'AUC', eventRecall: 'events', falseAlarms: 'false alarms/day' },
  ...{ flash: 'flash', ram: 'RAM', instructions: 'instructions' },
} satisfies Partial<Record<RunMetric, string>>;

function list(runs: RunRecord[], reporter: Reporter): void {
  const columns = (Object.keys(SHOWN) as (keyof typeof SHOWN)[]).filter((metric) =>
    runs.some(({ metrics }) => metrics[metric] !== undefined),
  );
  reporter.table(
    ['run', 'command', 'verified', ...columns.map((metric) => SHOWN[metric])],
    runs.map(({ id, command, verified, metrics }) => [
      ...[id, command, verified],
      ...columns.map((metric) => metricText(metric, metrics[metric])),
    ]),
  );
  reporter.result({ runs });
}

function show(record: RunRecord, folder: string, reporter: Reporter): void {
  const { id, at, command, seed, versions, data, configSha256, metrics, intervals, artefacts } = record;
  reporter.table(
    ['', ''],
    [
      ...Object.entries({ run: id, at, command, seed, ...versions, data: data ?? '-', config: configSha256 }),
      ...(Object.keys(metrics) as RunMetric[]).map((name) => [
        name,
        metricText(name, metrics[name], intervals?.[name]),
      ]),
      ...Object.entries(artefacts).map(([name, { sha256 }]) => [join(folder, id, name), sha256]),
    ],
  );
  reporter.result({ ...record, folder: join(folder, id) });
}

/** @throws KilnError `option-missing` */
function prune(folder: string, { keep }: Arguments, reporter: Reporter): void {
  if (typeof keep !== 'number' || !Number.isInteger(keep)) {
    const todo = 'Say how many to keep: `kiln runs prune --keep 20`.';
    throw new KilnError('option-missing', { where: '--keep', what: 'a whole number is needed', todo });
  }
  const removed = pruneRuns(folder, keep);
  reporter.line(`${removed.length} runs deleted`);
  reporter.result({ removed });
}
