// The model card of a detector, from what its commands have recorded and `card:` of its config.
import { existsSync } from 'node:fs';
import { KilnError } from '../../base/errors.js';
import { packageVersion, sha256 } from '../../base/files.js';
import { constantBytes, memoryBytes } from '../../converter/detectors/program.js';
import type { Metric, ModelCard } from '../../report/card.js';
import { boardOf, saidOf } from '../card.js';
import { readDetectorModel } from '../detector_model.js';
import type { AnomalyProject } from '../project.js';
import type { AlarmRecord, FitRecord } from '../records.js';
import type { AnomalyConfig } from './config.js';
import { recordsOf, whole } from './report.js';

type Records = ReturnType<typeof recordsOf>;

/** @throws KilnError `model-missing`, and of the files that were recorded */
export function collectDetectorCard({ config, paths }: AnomalyProject): ModelCard {
  if (!existsSync(paths.detector)) {
    const todo = 'Make it with `kiln run` or `kiln train`.';
    throw new KilnError('model-missing', { where: paths.detector, what: 'there is no detector yet', todo });
  }
  const { bytes, hash, file, program } = readDetectorModel(paths.detector);
  const found = recordsOf(paths, hash);
  const { fit, evaluation, validated } = found;
  return {
    ...{ format: 'tinykiln-model-card', version: 1, name: config.name, tinykiln: packageVersion() },
    ...saidOf(config.card),
    model: {
      ...{ sha256: sha256(bytes), bytes: constantBytes(program), kind: config.detector.kind },
      ...{ parameters: null, macs: null, features: file.features.length },
      ...{ labels: classesOf(evaluation), arenaBytes: memoryBytes(program) },
    },
    training: fit ? trainingOf(fit, config) : null,
    data: fit ? dataOf(fit, config) : null,
    metrics: evaluation ? metricsOf(evaluation) : [],
    groups: evaluation ? groupsOf(evaluation) : [],
    boards: validated ? [boardOf(validated)] : [],
    limits: limitsOf(config, found),
  };
}

function classesOf(evaluation: AlarmRecord | undefined): string[] {
  return evaluation ? ['normal', ...Object.keys(evaluation.classes)] : [];
}

function trainingOf(
  { seed, fittedTo, calibratedOn, threshold }: FitRecord,
  config: AnomalyConfig,
): ModelCard['training'] {
  return {
    ...{ seed, configSha256: sha256(JSON.stringify(config)), windows: fittedTo, calibration: calibratedOn },
    threshold: `${threshold.raise.toPrecision(4)} (${threshold.method})`,
  };
}

function dataOf({ data }: FitRecord, config: AnomalyConfig): ModelCard['data'] {
  const { sha256: hash, source, split, parts } = data;
  const splits = Object.entries(parts).map(([part, { recordings, machines, normal, faults }]) => [
    part,
    { recordings, machines, 'normal windows': normal, 'windows of faults': faults },
  ]);
  const counted = Object.fromEntries(splits) as Record<string, Record<string, number>>;
  return { sha256: hash, source, split, splits: counted, licences: config.card.data };
}

const BY = { recordings: 'bootstrap over recordings', count: "Garwood's, false alarms taken as independent" };

function metricsOf({ windows, ranking, points, events, intervals }: AlarmRecord): Metric[] {
  const all = windows.normal + windows.anomalous;
  const metric = (
    name: string,
    value: number | null | undefined,
    unit: Metric['unit'],
    bounds: AlarmRecord['intervals']['auc'] | undefined,
    examples: number,
  ): Metric[] => {
    if (typeof value !== 'number') return [];
    const interval = (bounds && whole(bounds)) ?? null;
    const by = unit === 'a day' ? BY.count : BY.recordings;
    return [{ name, value, unit, interval, by: interval && by, examples }];
  };
  return [
    ...metric('AUC', ranking?.auc, 'area', intervals.auc, all),
    ...metric('partial AUC, at most 10 % false alarms', ranking?.partialAuc, 'area', undefined, all),
    ...metric('F1 by window', points.f1, 'area', intervals.f1, all),
    ...metric('faults detected', events.recall, 'share', intervals.recall, events.events),
    ...metric('false alarms', events.falseAlarmsPerDay, 'a day', intervals.falseAlarmsPerDay, windows.normal),
  ];
}

/** Intervals by recordings: windows of one are not independent. */
function groupsOf({ machines, classes, intervals }: AlarmRecord): ModelCard['groups'] {
  const sure = (of: AlarmRecord['intervals']['machines'], name: string) => whole(of[name] ?? [null, null]) ?? null;
  const ofMachines = Object.entries(machines).map(([name, { auc, windows }]) => ({
    ...{ name: name || 'the machine', value: auc, interval: sure(intervals.machines, name), examples: windows },
  }));
  const ofFaults = Object.entries(classes).map(([name, { alarmed, windows }]) => ({
    ...{ name, value: alarmed, interval: sure(intervals.classes, name), examples: windows },
  }));
  return [
    ...(ofMachines.length > 0 ? [{ kind: 'machine', figure: 'AUC', rows: ofMachines }] : []),
    ...(ofFaults.length > 0 ? [{ kind: 'fault', figure: 'windows in alarm', rows: ofFaults }] : []),
  ];
}

/** What the user says, and what follows from what was and was not done. */
function limitsOf({ card, data }: AnomalyConfig, { evaluation, validated, drift }: Records): string[] {
  const only = evaluation && evaluation.windows.anomalous === 0;
  return [
    ...card.limits,
    ...(data.source === 'synthetic-vibration'
      ? ['Fitted to computed machines: its figures say nothing of a real one.']
      : []),
    ...(evaluation ? [] : ['How well it tells faults was not measured (`kiln evaluate`).']),
    ...(only ? ['No fault was recorded: what it misses is not known.'] : []),
    ...(validated ? [] : ['No board has been shown to compute what the host computes.']),
    ...(validated?.support === 'emulator' ? ['Run on an emulator alone: time and energy are not known.'] : []),
    ...(drift?.drift ? ['The machine was no longer as in training when drift was last looked at (`kiln drift`).'] : []),
  ];
}
