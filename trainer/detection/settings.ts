// Detection as people set it, in milliseconds and shares, and as the device counts it, in steps and 1/256.
import { KilnError } from '../../base/errors.js';
import { SILENCE, UNKNOWN } from '../datasets/dataset.js';
import { NEVER, checkDetection, type DetectionSpec } from './spec.js';

export interface DetectionSettings {
  /** Classes to detect; left out, all but silence and unknown. */
  keywords?: readonly string[] | undefined;
  /** From one inference to the next. */
  stepMs: number;
  /** Over which posteriors are averaged. */
  smoothingMs: number;
  /** After a detection, in which there is no other. */
  refractoryMs: number;
  /** Mean posterior at which a keyword is detected, 0 … 1: of all, or of each by its label. */
  threshold: number | Readonly<Record<string, number>>;
  gate?: { level: number; holdMs: number } | undefined;
}

export const DEFAULT_DETECTION = {
  stepMs: 100,
  smoothingMs: 500,
  refractoryMs: 700,
  threshold: 0.8,
} as const satisfies DetectionSettings;

/** What the settings are counted in. */
export interface DetectionUnits {
  labels: readonly string[];
  /** From frame to frame. */
  strideMs: number;
  /** Frames from one inference to the next, where the model decides on that: one with a state is given each frame once. */
  stepFrames?: number | undefined;
  /** In 1/256, by label: instead of the settings'. */
  thresholds?: Readonly<Record<string, number>> | undefined;
}

/** @throws KilnError `detection-keywords` where a keyword is no label, `detection-invalid` */
export function detectionSpec(
  settings: DetectionSettings,
  { labels, strideMs, stepFrames, thresholds = {} }: DetectionUnits,
): { detection: DetectionSpec; framesPerStep: number } {
  const { stepMs, smoothingMs, refractoryMs, gate } = settings;
  const keywords = keywordsOf(settings, labels);
  const framesPerStep = stepFrames ?? Math.max(1, Math.round(stepMs / strideMs));
  const steps = (ms: number) => Math.round(ms / (framesPerStep * strideMs));
  const detection = {
    smoothing: Math.max(1, steps(smoothingMs)),
    thresholds: labels.map((label) =>
      keywords.includes(label) ? (thresholds[label] ?? thresholdOf(settings, label)) : NEVER,
    ),
    refractory: steps(refractoryMs),
    gate: gate ? { level: varianceOf(gate.level), hold: steps(gate.holdMs) } : { level: 0, hold: 0 },
  };
  checkDetection(detection);
  return { detection, framesPerStep };
}

/** @throws KilnError `detection-keywords` */
export function keywordsOf({ keywords }: DetectionSettings, labels: readonly string[]): string[] {
  const wrong = keywords?.find((keyword) => !labels.includes(keyword));
  if (wrong === undefined) return [...(keywords ?? labels.filter((label) => label !== SILENCE && label !== UNKNOWN))];
  const todo = `Name some of ${labels.join(', ')}.`;
  throw new KilnError('detection-keywords', { where: 'detection.keywords', what: `\`${wrong}\` is no label`, todo });
}

function thresholdOf({ threshold }: DetectionSettings, label: string): number {
  const share = typeof threshold === 'number' ? threshold : (threshold[label] ?? DEFAULT_DETECTION.threshold);
  return Math.max(1, Math.min(NEVER - 1, Math.round(Number(share) * 256)));
}

/** Of samples in int16. @param level decibels below full scale, 0 or less */
function varianceOf(level: number): number {
  return Math.round(2 ** 30 * 10 ** (level / 10));
}
