// The Numenta Anomaly Benchmark's score: early alarms in labelled windows earn, late ones less, alarms outside cost.
// Source: Lavin and Ahmad, "Evaluating Real-time Anomaly Detection Algorithms" (2015); github.com/numenta/NAB, nab/sweeper.py.
import type { Interval } from './events.js';

export interface NabProfile {
  /** What a false alarm far from any window costs (A_fp). */
  falsePositive: number;
  /** What a missed window costs (A_fn); an alarm at a window's first row earns 1 (A_tp). */
  falseNegative: number;
}

export const NAB_PROFILES = {
  standard: { falsePositive: 0.11, falseNegative: 1 },
  lowFalsePositive: { falsePositive: 0.22, falseNegative: 1 },
  lowFalseNegative: { falsePositive: 0.11, falseNegative: 2 },
} as const satisfies Record<string, NabProfile>;

export type NabScores = Record<keyof typeof NAB_PROFILES, number>;

/** A series with its scores and the windows in which an alarm is right, in time order and apart. */
export interface WindowedScores {
  scores: ArrayLike<number>;
  windows: readonly Interval[];
  /** First rows, whose scores are not looked at. */
  ignoredRows: number;
}

/** NAB's learning period: 15 % of a series, at most of its first 5,000 rows. */
export function learningRows(rows: number): number {
  return Math.floor(0.15 * Math.min(rows, 5000));
}

/** 0 for no alarm at all, 100 for an alarm at the first row of each window and no other. Alarms are scores ≥ threshold. */
export function nabScore(series: readonly WindowedScores[], profile: NabProfile, threshold: number): number {
  const alarms = rankedRows(series).filter(({ score }) => score >= threshold);
  const sweep = new Sweep(series, profile);
  for (const alarm of alarms) sweep.add(alarm);
  return sweep.normalised();
}

export function scoreWindows(series: readonly WindowedScores[], threshold: number): NabScores {
  const of = (profile: NabProfile) => nabScore(series, profile, threshold);
  const { standard, lowFalsePositive, lowFalseNegative } = NAB_PROFILES;
  return {
    standard: of(standard),
    lowFalsePositive: of(lowFalsePositive),
    lowFalseNegative: of(lowFalseNegative),
  };
}

/** NAB's "optimise" step: the one threshold for all series that gives the highest score. */
export function bestThreshold(
  series: readonly WindowedScores[],
  profile: NabProfile,
): { threshold: number; score: number } {
  const rows = rankedRows(series);
  const sweep = new Sweep(series, profile);
  let best = { threshold: Infinity, score: sweep.normalised() };
  rows.forEach((row, rank) => {
    sweep.add(row);
    if (rows[rank + 1]?.score === row.score) return;
    const score = sweep.normalised();
    if (score > best.score) best = { threshold: row.score, score };
  });
  return best;
}

interface Row {
  score: number;
  series: number;
  row: number;
}

/** Rows that can raise an alarm, the highest score first. */
function rankedRows(series: readonly WindowedScores[]): Row[] {
  return series
    .flatMap(({ scores, ignoredRows }, index) =>
      Array.from(scores, (score, row) => ({ score, series: index, row })).slice(ignoredRows),
    )
    .sort((a, b) => b.score - a.score);
}

/** The score while alarms come in, in any order. */
class Sweep {
  private readonly series: { windows: readonly Interval[]; earliest: (number | undefined)[] }[];
  private readonly windowCount: number;
  /** Above the score of no alarm. */
  private gained = 0;

  constructor(
    series: readonly WindowedScores[],
    private readonly profile: NabProfile,
  ) {
    this.series = series.map(({ windows }) => ({ windows, earliest: windows.map(() => undefined) }));
    this.windowCount = series.reduce((sum, { windows }) => sum + windows.length, 0);
  }

  add({ series, row }: Row): void {
    const { windows, earliest } = this.series[series]!;
    const at = windows.findIndex(({ begin, end }) => row >= begin && row < end);
    if (at < 0) {
      this.gained += this.profile.falsePositive * weightOutside(row, windows);
      return;
    }
    const before = earliest[at];
    if (before !== undefined && before <= row) return;
    const lost = before === undefined ? -this.profile.falseNegative : weightInside(before, windows[at]!);
    this.gained += weightInside(row, windows[at]!) - lost;
    earliest[at] = row;
  }

  normalised(): number {
    return (100 * this.gained) / (this.windowCount * (1 + this.profile.falseNegative));
  }
}

/** From 1 at the first row towards 0 after the last. */
function weightInside(row: number, { begin, end }: Interval): number {
  return sigmoid((row - end) / (end - begin)) / sigmoid(-1);
}

/** From 0 at the end of the last window towards −1, and −1 before any window. */
function weightOutside(row: number, windows: readonly Interval[]): number {
  const last = windows.findLast(({ end }) => end <= row);
  return last ? sigmoid((row - last.end + 1) / (last.end - last.begin - 1)) : -1;
}

/** 2 / (1 + exp(5y)) − 1, and −1 beyond 3. */
function sigmoid(y: number): number {
  return y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1;
}
