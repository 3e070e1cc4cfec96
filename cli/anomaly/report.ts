// The report of a project of sensors, from what its commands have left.
import { existsSync } from 'node:fs';
import { stepsOf } from '../../converter/detectors/program.js';
import { loadBoard, type Board } from '../../firmware-templates/index.js';
import type { Interval, Report } from '../../report/report.js';
import { packageVersion } from '../../base/files.js';
import { percent } from '../budget.js';
import type { FirmwareConfig } from '../config.js';
import type { Context } from '../context.js';
import { readDetectorModel, windowSize, type DetectorModel } from '../detector_model.js';
import { readTensors } from '../model.js';
import { pathsOf, type Paths } from '../project.js';
import {
  driftRecord,
  fitRecord,
  readAlarmEvaluation,
  readRecord,
  validationRecord,
  type AlarmRecord,
  type FitRecord,
} from '../records.js';
import { countedOn, driftOf, flashOf, requireSomething, validationOf, type ReportOptions } from '../report_data.js';
import { formatBytes } from '../units.js';
import { benchDetector } from './comparison.js';

/** @throws KilnError `report-empty`, of the detector and what was recorded */
export async function collectDetectorReport(
  config: FirmwareConfig,
  context: Context,
  { figures, count }: ReportOptions,
): Promise<Report> {
  const paths = pathsOf(context.project);
  const model = existsSync(paths.detector) ? readDetectorModel(paths.detector) : undefined;
  const board = loadBoard(config.target.board, context.boards);
  const flash = await flashOf(paths, config.size);
  requireSomething({ model, flash }, context.project);
  const { fit, evaluation, validated, drift } = recordsOf(paths, model?.hash);
  return {
    ...{ name: config.name ?? 'detector', task: 'anomaly', board: board.name, version: packageVersion() },
    ...{ verified: validated?.support ?? 'not yet', model: model?.hash, flash },
    figures: figures ?? [...measured(evaluation), ...fitted(fit)],
    ...(evaluation && sectionsOf(evaluation)),
    instructions: model && count ? instructionsOf(model, board, paths, context) : undefined,
    validation: validated && validationOf(validated),
    drift: drift && driftOf(drift),
  };
}

/** Those of this detector alone. */
export function recordsOf(paths: Paths, hash: string | undefined) {
  const own = <T>(record: T | undefined, of: string | undefined) => (of === hash ? record : undefined);
  const fit = readRecord(paths.fit, fitRecord);
  const evaluation = readAlarmEvaluation(paths.evaluation);
  const validated = readRecord(paths.validation, validationRecord);
  const drift = readRecord(paths.drift, driftRecord);
  return {
    fit: own(fit, fit?.detector),
    evaluation: own(evaluation, evaluation?.model),
    validated: own(validated, validated?.modelHash),
    drift: drift?.model === undefined ? drift : own(drift, drift.model),
  };
}

function sectionsOf(found: AlarmRecord): Pick<Report, 'courses' | 'roc' | 'alarms'> {
  const { ranking, intervals, points, roc, courses, machines, classes } = found;
  const named = <T>(of: Record<string, T>, bounds: Record<string, readonly (number | null)[]>) =>
    Object.entries(of).map(([name, one]) => ({ name, ...one, interval: whole(bounds[name] ?? [null, null]) }));
  const { falseAlarmRate, missedAlarmRate } = points;
  const chosen =
    falseAlarmRate === null || missedAlarmRate === null
      ? undefined
      : { falsePositiveRate: falseAlarmRate, truePositiveRate: 1 - missedAlarmRate };
  return {
    courses,
    roc: ranking && { judged: judged(found), auc: ranking.auc, interval: whole(intervals.auc), points: roc, chosen },
    alarms: { machines: named(machines, intervals.machines), faults: named(classes, intervals.classes) },
  };
}

function judged({ windows, events }: AlarmRecord): string {
  const { normal, anomalous } = windows;
  const number = (n: number) => n.toLocaleString('en');
  return `${number(normal)} normal windows (${events.normalHours.toFixed(2)} h) and ${number(anomalous)} of faults, of the test part`;
}

/** Null where no draw says anything. */
export function whole([low, high]: readonly (number | null)[]): Interval | undefined {
  return typeof low === 'number' && typeof high === 'number' ? [low, high] : undefined;
}

const row = (name: string, value: string) => ({ name, measured: value, budget: '-', verdict: '' });

function measured(found: AlarmRecord | undefined): Report['figures'] {
  if (!found) return [];
  const { ranking, points, events, intervals } = found;
  const sure = (of: readonly (number | null)[], show: (value: number) => string) => {
    const interval = whole(of);
    return interval ? ` (95 %: ${interval.map(show).join(' to ')})` : '';
  };
  const fixed = (value: number) => value.toFixed(4);
  const daily = (value: number) => value.toFixed(1);
  return [
    ...(ranking ? [row('AUC', `${fixed(ranking.auc)}${sure(intervals.auc, fixed)}`)] : []),
    ...(points.f1 === null ? [] : [row('F1 by window', `${fixed(points.f1)}${sure(intervals.f1, fixed)}`)]),
    ...(events.recall === null
      ? []
      : [
          row(
            'events detected',
            `${events.detected} of ${events.events}${sure(intervals.recall, (one) => percent(one))}`,
          ),
        ]),
    row('false alarms a day', `${daily(events.falseAlarmsPerDay)}${sure(intervals.falseAlarmsPerDay, daily)}`),
  ];
}

function fitted(fit: FitRecord | undefined): Report['figures'] {
  if (!fit) return [];
  const { kind, features, fittedTo, threshold, constantBytes, memoryBytes } = fit;
  return [
    row('detector', `${kind} of ${features} features`),
    row('fitted to', `${fittedTo.toLocaleString('en')} windows`),
    row('alarm above', `${threshold.raise.toPrecision(4)} (${threshold.method})`),
    row('constants', formatBytes(constantBytes)),
    row('memory', formatBytes(memoryBytes)),
  ];
}

/** Of a window by step: one of the test part where there are some. */
function instructionsOf(
  model: DetectorModel,
  board: Board,
  { vectors }: Paths,
  context: Context,
): Report['instructions'] {
  const size = 2 * windowSize(model);
  const window = existsSync(vectors) ? readTensors(vectors, size)[0]! : new Int8Array(size);
  return countedOn(board, context, (target) => {
    const { instructions, layers } = benchDetector(model, [window], target);
    const steps = stepsOf(model.program).map(({ name, stage }, i) => {
      return { name: name.replace('_', ' '), op: stage.kernel, instructions: layers[i]! };
    });
    return { of: 'a window', total: instructions[0]!, layers: steps };
  });
}
