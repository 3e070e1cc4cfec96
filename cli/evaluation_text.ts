// What `kiln evaluate` says in a terminal.
import type { Interval, KeywordEvaluation, RateIntervals, StreamRates } from '../base/keyword_evaluation.js';
import { percent } from './budget.js';
import type { Reporter } from './reporter.js';

/** Speakers that are named. */
const WORST = 3;

export function reportEvaluation(
  reporter: Reporter,
  { clips, streams, chosen, labels, keywords }: KeywordEvaluation,
): void {
  reporter.table(
    ['true \\ heard', ...labels, 'recall', 'precision'],
    labels.map((label, i) => [
      label,
      ...clips.confusion[i]!.map((count) => count || '·'),
      shareText(clips.recall[i]!),
      shareText(clips.precision[i]!),
    ]),
  );
  reporter.line(`clips: ${percent(clips.accuracy)} of ${clips.examples} (${range(clips.interval, percent)})`);
  const worst = clips.speakers.filter(({ clips: count }) => count > 1).slice(0, WORST);
  reporter.line(
    `worst speakers: ${worst.map(({ speaker, accuracy }) => `${speaker} ${percent(accuracy)}`).join(', ')}`,
  );
  const { test } = streams;
  const size = `${(test.seconds / 60).toFixed(1)} min, ${test.words} words, ${test.keywords} of them ${keywords.join(', ')}`;
  reporter.line(`test stream: ${size}`);
  if (test.atLimit) reporter.line(`  best of its own thresholds: ${ratesText(test.atLimit)}`);
  reporter.line(`  chosen on val for ${chosen.limit} false accepts/h: ${ratesText(chosen.test)}`);
  const thresholds = Object.entries(chosen.thresholds).map(([label, value]) => `${label} ${(value / 256).toFixed(2)}`);
  reporter.line(`thresholds: ${thresholds.join(', ')}`);
}

function ratesText({ falseRejects, falseAccepts, intervals }: StreamRates & { intervals: RateIntervals }): string {
  const rejects = `${percent(falseRejects)} missed (${range(intervals.falseRejects, percent)})`;
  const hourly = (rate: number) => rate.toFixed(2);
  return `${rejects}, ${hourly(falseAccepts)} false accepts/h (${range(intervals.falseAccepts, hourly)})`;
}

function range([low, high]: Interval, text: (value: number) => string): string {
  return `95 %: ${text(low)} to ${text(high)}`;
}

function shareText(value: number | null): string {
  return value === null ? '-' : percent(value);
}
