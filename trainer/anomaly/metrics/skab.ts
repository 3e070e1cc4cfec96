// SKAB's protocol: each experiment trains on its own first rows, and the predictions of all the others are counted together.
// Source: github.com/waico/SKAB, README and notebooks.
import { addCounts, countPoints, pointRates, type PointCounts, type PointRates } from './points.js';
import { scoreWindows, type NabScores, type WindowedScores } from './nab.js';
import type { Interval } from './events.js';

export interface SplitProtocol {
  /** First rows of each recording, in time order, for fitting and for the threshold; labels are not used. */
  trainingRows: number;
  /** Rows after a change point within which an alarm counts for it. */
  changePointWindow: number;
}

export const SKAB: SplitProtocol = { trainingRows: 400, changePointWindow: 60 };

export interface LabelledRecording {
  /** 1 for an alarm, by row; those of the training rows are ignored. */
  predicted: ArrayLike<number>;
  /** 1 for an anomaly, by row. */
  anomaly: ArrayLike<number>;
}

/** @returns rates over the test rows of all recordings together */
export function evaluateOutliers(
  recordings: readonly LabelledRecording[],
  { trainingRows }: SplitProtocol = SKAB,
): PointCounts & PointRates {
  const counts = addCounts(
    recordings.map(({ predicted, anomaly }) =>
      countPoints(Array.from(predicted).slice(trainingRows), Array.from(anomaly).slice(trainingRows)),
    ),
  );
  return { ...counts, ...pointRates(counts) };
}

export interface ChangePointRecording {
  /** 1 where a change is reported, by row. */
  predicted: ArrayLike<number>;
  /** 1 at the first row of each change. */
  changePoint: ArrayLike<number>;
}

/** NAB's score of reported changes, with a window to the right of each true one. */
export function evaluateChangePoints(
  recordings: readonly ChangePointRecording[],
  { trainingRows, changePointWindow }: SplitProtocol = SKAB,
): NabScores {
  const windowed = recordings.map(({ predicted, changePoint }): WindowedScores => {
    const windows = changeWindows(changePoint, trainingRows, changePointWindow);
    return { scores: predicted, windows, ignoredRows: trainingRows };
  });
  return scoreWindows(windowed, 1);
}

function changeWindows(changePoint: ArrayLike<number>, from: number, length: number): Interval[] {
  const starts = Array.from(changePoint).flatMap((change, row) => (change && row >= from ? [row] : []));
  return starts.map((begin, i) => ({
    begin,
    end: Math.min(begin + length + 1, starts[i + 1] ?? changePoint.length, changePoint.length),
  }));
}
