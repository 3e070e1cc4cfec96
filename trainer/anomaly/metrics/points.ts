// How right 0/1 predictions are, row by row: F1, false-alarm rate, missed-alarm rate.

/** Rows by what was said of them and what they are. */
export interface PointCounts {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
}

export interface PointRates {
  /** 2 TP / (2 TP + FP + FN); NaN where there is neither an anomaly nor an alarm. */
  f1: number;
  /** FAR, share of the normal rows that raised an alarm: FP / (FP + TN). */
  falseAlarmRate: number;
  /** MAR, share of the anomalous rows that raised none: FN / (FN + TP). */
  missedAlarmRate: number;
}

/** @param predicted, truth not 0 for an anomaly */
export function countPoints(predicted: ArrayLike<number>, truth: ArrayLike<number>): PointCounts {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  for (let i = 0; i < truth.length; i++) {
    if (truth[i]) counts[predicted[i] ? 'truePositives' : 'falseNegatives']++;
    else counts[predicted[i] ? 'falsePositives' : 'trueNegatives']++;
  }
  return counts;
}

export function addCounts(all: readonly PointCounts[]): PointCounts {
  const total = (key: keyof PointCounts) => all.reduce((sum, counts) => sum + counts[key], 0);
  return {
    truePositives: total('truePositives'),
    falsePositives: total('falsePositives'),
    falseNegatives: total('falseNegatives'),
    trueNegatives: total('trueNegatives'),
  };
}

export function pointRates(counts: PointCounts): PointRates {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts;
  return { f1: (2 * tp) / (2 * tp + fp + fn), falseAlarmRate: fp / (fp + tn), missedAlarmRate: fn / (fn + tp) };
}
