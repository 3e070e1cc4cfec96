// Scores and alarms of labelled windows, recording by recording → the figures that a user judges a detector by.
import { garwood, wilson } from '../../base/intervals.js';
import { bootstrapFigures, type Interval } from '../detection/bootstrap.js';
import { evaluateEvents } from './metrics/events.js';
import { rankByMachine, type Ranking } from './metrics/machines.js';
import { countPoints, pointRates, type PointCounts, type PointRates } from './metrics/points.js';
import { auc, partialAuc } from './metrics/roc.js';

/** A window of the test part, with what was said of it. */
export interface Judged {
  recording: number;
  machine: string;
  /** Index into the classes: 0 is normal. */
  class: number;
  score: number;
  alarm: boolean;
}

export interface AnomalyEvaluation {
  windows: { normal: number; anomalous: number };
  /** Undefined where the test part has windows of one kind alone. */
  ranking: Ranking | undefined;
  /** Those that have both kinds. */
  machines: Record<string, Ranking>;
  /** By fault: how well it is told from what is normal, and the share of its windows in an alarm. */
  classes: Record<string, { auc: number; alarmed: number; windows: number }>;
  points: PointCounts & PointRates;
  events: EventFigures;
}

export interface EventFigures {
  events: number;
  detected: number;
  recall: number;
  /** Seconds from the begin of an event to its alarm; undefined where none was detected. */
  medianDelay: number | undefined;
  falseAlarms: number;
  falseAlarmsPerDay: number;
  /** Of normal windows: what the rate is from. */
  normalHours: number;
}

/** Of the partial area. */
const MAX_FALSE_POSITIVE_RATE = 0.1;

/**
 * @param windows in time order within each recording
 * @param secondsPerWindow from one to the next
 */
export function evaluateAlarms(
  windows: readonly Judged[],
  classes: readonly string[],
  secondsPerWindow: number,
): AnomalyEvaluation {
  const anomalous = windows.filter((window) => window.class > 0).length;
  const normal = windows.length - anomalous;
  const points = countPoints(windows.map(alarmOf), windows.map(labelOf));
  return {
    windows: { normal, anomalous },
    ranking: normal > 0 && anomalous > 0 ? rankingOf(windows) : undefined,
    machines: machinesOf(windows),
    classes: classesOf(windows, classes),
    points: { ...points, ...pointRates(points) },
    events: eventsOf(windows, secondsPerWindow),
  };
}

/** 95 %; NaN where no draw says anything. */
export interface AlarmIntervals {
  auc: Interval;
  f1: Interval;
  recall: Interval;
  /** By the number of false alarms: few recordings have none. */
  falseAlarmsPerDay: Interval;
  /** Of each machine's AUC, and of the share of each fault's windows in an alarm. */
  machines: Record<string, Interval>;
  classes: Record<string, Interval>;
}

/** Windows are sorted once for each. */
const DRAWS = 400;

/**
 * How far figures might lie from what was measured, had other recordings been made: the bootstrap over recordings, but for
 * counts and for faults, of which there are few.
 * @param windows, classes, secondsPerWindow as of `evaluateAlarms`
 */
export function alarmIntervals(
  windows: readonly Judged[],
  classes: readonly string[],
  secondsPerWindow: number,
): AlarmIntervals {
  const { events, machines, classes: faults } = evaluateAlarms(windows, classes, secondsPerWindow);
  const perDay = (count: number) => (events.normalHours > 0 ? (24 * count) / events.normalHours : NaN);
  const [low, high] = garwood(events.falseAlarms);
  const named = <T>(of: Record<string, unknown>, make: (name: string) => T) =>
    Object.fromEntries(Object.keys(of).map((name) => [name, make(name)]));
  return {
    ...drawnFigures(windows, secondsPerWindow),
    falseAlarmsPerDay: [perDay(low), perDay(high)],
    machines: named(machines, (name) => aucInterval(windows.filter(({ machine }) => machine === name))),
    classes: named(faults, (name) => alarmedInterval(windows.filter((window) => classes[window.class] === name))),
  };
}

function drawnFigures(windows: readonly Judged[], secondsPerWindow: number) {
  return drawn(windows, (all) => ({
    auc: aucOf(all),
    f1: pointRates(countPoints(all.map(alarmOf), all.map(labelOf))).f1,
    recall: eventsOf(all, secondsPerWindow).recall,
  }));
}

function aucInterval(windows: readonly Judged[]): Interval {
  return drawn(windows, (all) => ({ auc: aucOf(all) })).auc;
}

/** Wilson's, each recording taken as one example: its windows are not independent, and few recordings hardly differ. */
function alarmedInterval(windows: readonly Judged[]): Interval {
  const recordings = new Set(windows.map(({ recording }) => recording)).size;
  const alarmed = windows.filter(({ alarm }) => alarm).length / windows.length;
  return wilson(alarmed * recordings, recordings);
}

/** A recording that is drawn twice is two. */
function drawn<K extends string>(windows: readonly Judged[], figuresOf: (all: Judged[]) => Record<K, number>) {
  const numbered = (own: Judged[], recording: number) => own.map((window) => ({ ...window, recording }));
  return bootstrapFigures(byRecording(windows), (some) => figuresOf(some.flatMap(numbered)), { draws: DRAWS });
}

/** NaN of windows of one kind alone. */
function aucOf(windows: readonly Judged[]): number {
  const labels = windows.map(labelOf);
  if (new Set(labels).size < 2) return NaN;
  return auc(
    windows.map(({ score }) => score),
    labels,
  );
}

const labelOf = (window: Judged) => (window.class > 0 ? 1 : 0);
const alarmOf = ({ alarm }: Judged) => (alarm ? 1 : 0);

function rankingOf(windows: readonly Judged[]): Ranking {
  const [scores, labels] = [windows.map(({ score }) => score), windows.map(labelOf)];
  return { auc: auc(scores, labels), partialAuc: partialAuc(scores, labels, MAX_FALSE_POSITIVE_RATE) };
}

function machinesOf(windows: readonly Judged[]): Record<string, Ranking> {
  const both = [...new Set(windows.map(({ machine }) => machine))].filter((machine) => {
    const labels = new Set(windows.filter((window) => window.machine === machine).map(labelOf));
    return labels.size === 2;
  });
  const own = windows.filter(({ machine }) => both.includes(machine));
  const examples = own.map((window) => ({ machine: window.machine, score: window.score, label: labelOf(window) }));
  return Object.fromEntries(rankByMachine(examples, MAX_FALSE_POSITIVE_RATE).machines);
}

function classesOf(windows: readonly Judged[], classes: readonly string[]): AnomalyEvaluation['classes'] {
  const normal = windows.filter((window) => window.class === 0);
  const present = classes.flatMap((name, index) => {
    const own = windows.filter((window) => window.class === index);
    return index > 0 && own.length > 0 ? [{ name, own }] : [];
  });
  return Object.fromEntries(
    present.map(({ name, own }) => [
      name,
      {
        auc: normal.length > 0 ? rankingOf([...normal, ...own]).auc : NaN,
        alarmed: own.filter(({ alarm }) => alarm).length / own.length,
        windows: own.length,
      },
    ]),
  );
}

function eventsOf(windows: readonly Judged[], secondsPerWindow: number): EventFigures {
  const reports = byRecording(windows).map((own) =>
    evaluateEvents(own.map(alarmOf), own.map(labelOf), secondsPerWindow),
  );
  const total = (key: 'events' | 'detected' | 'falseAlarms') => reports.reduce((sum, report) => sum + report[key], 0);
  const delays = reports.flatMap((report) => report.delays).sort((a, b) => a - b);
  const normalHours = (windows.filter((window) => window.class === 0).length * secondsPerWindow) / 3600;
  const [events, detected, falseAlarms] = [total('events'), total('detected'), total('falseAlarms')];
  return {
    ...{ events, detected, falseAlarms, normalHours },
    recall: detected / events,
    medianDelay: delays.length > 0 ? delays[delays.length >> 1]! * secondsPerWindow : undefined,
    falseAlarmsPerDay: normalHours > 0 ? (falseAlarms * 24) / normalHours : 0,
  };
}

function byRecording(windows: readonly Judged[]): Judged[][] {
  const recordings = new Map<number, Judged[]>();
  for (const window of windows) {
    const own = recordings.get(window.recording);
    if (own) own.push(window);
    else recordings.set(window.recording, [window]);
  }
  return [...recordings.values()];
}
