// How good a detector is on the test part: printed, and against the budget.
import { evaluateAlarms, type AnomalyEvaluation } from '../../trainer/anomaly/evaluate_alarms.js';
import { percent, type BudgetRow } from '../budget.js';
import type { DetectorModel } from '../detector_model.js';
import type { Reporter } from '../reporter.js';
import type { AnomalyConfig } from './config.js';
import type { SensorData } from './data.js';
import { testWindows } from './scoring.js';
import { secondsPerWindow } from './training.js';

/** By the integers that ship. */
export function evaluateDetector(model: DetectorModel, data: SensorData): AnomalyEvaluation {
  return evaluateAlarms(testWindows(model, data), data.dataset.classes, secondsPerWindow(data));
}

const figure = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? '-' : value.toFixed(4));

export function reportEvaluation(reporter: Reporter, evaluation: AnomalyEvaluation): void {
  const { windows, ranking, machines, classes, points, events } = evaluation;
  reporter.line(
    `test part: ${windows.normal} normal windows (${events.normalHours.toFixed(2)} h), ${windows.anomalous} of faults`,
  );
  if (ranking) {
    const rows = Object.entries(machines).map(([name, own]) => [name || 'the machine', own] as const);
    const all = rows.length === 1 ? rows : [...rows, ['all together', ranking] as const];
    reporter.table(
      ['machine', 'AUC', 'pAUC (FPR ≤ 0.1)'],
      all.map(([name, own]) => [name, figure(own.auc), figure(own.partialAuc)]),
    );
    reporter.table(
      ['fault', 'AUC', 'windows in alarm'],
      Object.entries(classes).map(([name, own]) => [name, figure(own.auc), percent(own.alarmed)]),
    );
  }
  const { f1, falseAlarmRate, missedAlarmRate } = points;
  const { detected, events: count, medianDelay, falseAlarms, falseAlarmsPerDay } = events;
  if (windows.anomalous > 0) {
    reporter.line(`F1 ${figure(f1)}, FAR ${percent(falseAlarmRate)}, MAR ${percent(missedAlarmRate)} by window`);
    const delay = medianDelay === undefined ? '' : `, ${medianDelay.toFixed(2)} s after they began (median)`;
    reporter.line(`${detected} of ${count} events detected${delay}`);
  }
  reporter.line(`${falseAlarms} false alarms: ${falseAlarmsPerDay.toFixed(1)} a day`);
}

/** Qualities of the test part with their limits; those without either are left out. */
export function qualityRows(budget: AnomalyConfig['budget'], { ranking, points, events }: AnomalyEvaluation) {
  const least = (name: string, used: number | undefined, limit: number | undefined) =>
    used === undefined || Number.isNaN(used) ? [] : [qualityRow(name, used, limit, used < (limit ?? -Infinity), '≥')];
  const { falseAlarmsPerDay: daily } = budget;
  return [
    ...least('AUC', ranking?.auc, budget.auc),
    ...least('F1', points.f1, budget.f1),
    ...least('event recall', events.recall, budget.recall),
    qualityRow(
      'false alarms a day',
      events.falseAlarmsPerDay,
      daily,
      events.falseAlarmsPerDay > (daily ?? Infinity),
      '≤',
    ),
  ];
}

function qualityRow(
  name: string,
  used: number,
  limit: number | undefined,
  over: boolean,
  relation: '≥' | '≤',
): BudgetRow {
  const verdict = limit === undefined ? '' : over ? 'missed' : 'ok';
  const shown = limit === undefined ? '-' : `${relation} ${limit}`;
  return {
    figure: name,
    unit: relation === '≥' ? 'share' : 'a day',
    used,
    limit,
    over,
    cells: [name, used.toPrecision(4), shown, verdict],
  };
}
