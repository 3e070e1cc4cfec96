// A threshold for each keyword: the best common one, then each lowered or raised by itself while that helps.
import { detect, type PosteriorStream } from './operating_points.js';
import { NEVER, type DetectionSpec } from './spec.js';
import { ratesOf, scoreStream, total, type Rates } from './stream_score.js';

/** Steps in which a keyword's threshold is tried, in 1/256, from 1 to 255. */
const GRID = Array.from({ length: 32 }, (_, i) => Math.min(255, 8 * (i + 1)));
const ROUNDS = 2;

/** What a rule gives on a stream. @throws KilnError of `Detector` */
export function ratesWith(spec: DetectionSpec, stream: PosteriorStream): Rates {
  return ratesOf(total(scoreStream(stream.segments, detect(spec, stream), stream.tolerance).values()));
}

/**
 * Coordinate descent from a common threshold.
 * @param mostAccepts false accepts in an hour @returns thresholds of all classes
 */
export function keywordThresholds(
  spec: DetectionSpec,
  stream: PosteriorStream,
  common: number,
  mostAccepts: number,
): number[] {
  let thresholds = spec.thresholds.map((one) => (one === NEVER ? NEVER : common));
  let best = ratesWith({ ...spec, thresholds }, stream);
  for (let round = 0; round < ROUNDS; round++) {
    for (const keyword of thresholds.keys()) {
      if (thresholds[keyword] === NEVER) continue;
      for (const threshold of GRID) {
        const tried = thresholds.with(keyword, threshold);
        const rates = ratesWith({ ...spec, thresholds: tried }, stream);
        if (rates.falseAccepts > mostAccepts || !isBetter(rates, best)) continue;
        [thresholds, best] = [tried, rates];
      }
    }
  }
  return thresholds;
}

function isBetter(a: Rates, b: Rates): boolean {
  return a.falseRejects < b.falseRejects || (a.falseRejects === b.falseRejects && a.falseAccepts < b.falseAccepts);
}
