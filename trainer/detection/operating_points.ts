// Thresholds from low to high: what each costs in false accepts and in false rejects, and which one to take.
import { KilnError } from '../../base/errors.js';
import { Detector } from './detector.js';
import { NEVER, type DetectionSpec } from './spec.js';
import {
  ratesOf,
  scoreStream,
  total,
  type Rates,
  type Segment,
  type Tally,
  type TimedDetection,
} from './stream_score.js';

export interface PosteriorStream {
  /** The model's output in each step, int8; undefined where the gate was shut. */
  steps: readonly (Int8Array | undefined)[];
  /** From step to step. */
  stepSeconds: number;
  segments: readonly Segment[];
  /** Seconds behind a word's end in which its detection is right. */
  tolerance: number;
}

export interface OperatingPoint extends Rates {
  /** Of every keyword, in 1/256. */
  threshold: number;
  /** By source, for intervals. */
  tallies: Map<string, Tally>;
}

/** A stream's detections; a step's time is its end. @throws KilnError of `Detector` */
export function detect(spec: DetectionSpec, { steps, stepSeconds }: PosteriorStream): TimedDetection[] {
  const detector = new Detector(spec);
  return steps.flatMap((posteriors) => {
    const found = detector.push(posteriors);
    return found ? [{ seconds: (found.step + 1) * stepSeconds, keyword: found.keyword }] : [];
  });
}

/** The points of a DET curve: the same threshold for all keywords, each of `thresholds` in turn. */
export function operatingPoints(
  spec: DetectionSpec,
  stream: PosteriorStream,
  thresholds: readonly number[] = Array.from({ length: 255 }, (_, i) => i + 1),
): OperatingPoint[] {
  return thresholds.map((threshold) => {
    const own = spec.thresholds.map((one) => (one === NEVER ? NEVER : threshold));
    const detections = detect({ ...spec, thresholds: own }, stream);
    const tallies = scoreStream(stream.segments, detections, stream.tolerance);
    return { threshold, tallies, ...ratesOf(total(tallies.values())) };
  });
}

/**
 * The point that misses the fewest words with at most so many false accepts an hour; of equals the one with the fewest false
 * accepts, and of these the lowest threshold.
 * @throws KilnError `detection-unreachable` where every point has more
 */
export function choosePoint(points: readonly OperatingPoint[], mostAccepts: number): OperatingPoint {
  const allowed = points.filter(({ falseAccepts }) => falseAccepts <= mostAccepts);
  const best = [...allowed].sort((a, b) => a.falseRejects - b.falseRejects || a.falseAccepts - b.falseAccepts)[0];
  if (best) return best;
  const least = Math.min(...points.map(({ falseAccepts }) => falseAccepts));
  throw new KilnError('detection-unreachable', {
    where: 'detection.thresholds',
    what: `none gives at most ${mostAccepts} false accepts an hour; the fewest are ${least.toFixed(2)}`,
    todo: 'Allow more, smooth longer, or train with more negatives.',
  });
}
