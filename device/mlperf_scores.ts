// What results are worth: top-1 accuracy and the area under the ROC curve, as MLPerf Tiny's public runner counts them.

/** Scores that sum to 1; left as they are where they do not add up to more than nothing. */
export function normalized(scores: readonly number[]): number[] {
  const total = scores.reduce((sum, score) => sum + score, 0);
  return total > 0 ? scores.map((score) => score / total) : [...scores];
}

/** Element by element, of vectors of one length. */
export function averaged(vectors: readonly (readonly number[])[]): number[] {
  return vectors[0]!.map((_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0) / vectors.length);
}

/** Index of the largest; the first of equal ones. */
export function argmax(scores: readonly number[]): number {
  return scores.indexOf(Math.max(...scores));
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Area under the ROC curve by the Mann-Whitney statistic: how often a positive scores above a negative, ties counting half.
 * @returns undefined where one of the two kinds is missing.
 */
export function rocAuc(scores: readonly number[], positive: readonly boolean[]): number | undefined {
  const positives = positive.filter(Boolean).length;
  const negatives = positive.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let rankSum = 0;
  for (let start = 0, end; start < order.length; start = end) {
    for (end = start + 1; end < order.length && scores[order[end]!] === scores[order[start]!];) end++;
    const rank = (start + 1 + end) / 2; // the mean of start + 1 … end
    for (const i of order.slice(start, end)) if (positive[i]) rankSum += rank;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean of each class's area against all others. @returns undefined where a class never or always occurs. */
export function rocAucOfClasses(
  scores: readonly (readonly number[])[],
  classes: readonly number[],
): number | undefined {
  const areas = scores[0]!.map((_, c) =>
    rocAuc(
      scores.map((row) => row[c]!),
      classes.map((label) => label === c),
    ),
  );
  return areas.every((area) => area !== undefined) ? averaged(areas.map((area) => [area]))[0] : undefined;
}
