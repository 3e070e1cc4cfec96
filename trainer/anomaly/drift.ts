// What drift is measured against, from normal data alone: where each quantity lay, and how far it strayed for a while.
import { DRIFT_BINS, DRIFT_KINDS, DriftTracker, MOST_QUANTITIES } from '../../base/drift.js';
import type { DriftFigures, DriftInput } from '../../base/drift.js';
import type { DriftModel, DriftQuantity } from '../../base/detector_models.js';
import { requireExamples } from './detectors/standardize.js';
import { quantile } from './quantile.js';

export interface DriftOptions {
  /** Statistics forget over about 2^n windows: 6 where it is left out. */
  memoryBits?: number;
  /** What a limit is to the farthest that training strayed: 2.5 where it is left out. */
  margin?: number;
}

/** Of what is watched. */
export interface DriftNames {
  features: readonly string[];
  /** Axes whose mean is watched: none where the features are the samples themselves. */
  axes: readonly string[];
}

/** Axes whose mean is watched at most, so that there is room for features. */
const MOST_AXES = 4;
/** The fewer memories training is long, the less of how far it can stray has been seen: of as many, half. */
const FEW = 4;
/** Limits are never closer than this: stability index, spreads, octaves, windows. */
const CLOSEST: Readonly<DriftFigures> = { psi: 0.25, shift: 0.5, spread: 0.5, stuck: 16 };
const NO_LIMITS: Readonly<DriftFigures> = { psi: Infinity, shift: Infinity, spread: Infinity, stuck: Infinity };

/**
 * @param normal what normal windows give, in the order of time
 * @param names of what is watched; where there is no room for all, as many as there is, evenly spread
 * @throws KilnError `examples-too-few`
 */
export function fitDrift(normal: readonly DriftInput[], names: DriftNames, options: DriftOptions = {}): DriftModel {
  const { memoryBits = 6, margin = 2.5 } = options;
  requireExamples(
    normal.map(({ features }) => features),
    2 ** memoryBits,
  );
  const axes = evenly(names.axes, MOST_AXES);
  const features = evenly(names.features, MOST_QUANTITIES - 1 - axes.length);
  const quantities = [
    ...axes.map(({ name, number }) => ({
      ...reference(
        `${name} mean`,
        normal.map(({ means }) => means[number]!),
      ),
      axis: number,
    })),
    ...features.map(({ name, number }) => ({
      ...reference(
        name,
        normal.map((one) => one.features[number]!),
      ),
      feature: number,
    })),
    reference(
      'score',
      normal.map(({ score }) => score),
    ),
  ];
  const strayed = farthest({ memoryBits, quantities }, normal);
  const wary = margin * (1 + (FEW * 2 ** memoryBits) / normal.length);
  return {
    memoryBits,
    quantities: quantities.map((quantity, i) => ({ ...quantity, limits: limitsOf(strayed[i]!, wary) })),
  };
}

/** All of them, or `most`. */
function evenly(names: readonly string[], most: number): { name: string; number: number }[] {
  const taken = Math.min(names.length, most);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * names.length) / taken)).map((number) => ({
    ...{ name: names[number]!, number },
  }));
}

/** Bins are quartiles; of a quantity that has few values some are empty. */
function reference(name: string, values: readonly number[]): DriftQuantity {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const cuts = Array.from({ length: DRIFT_BINS - 1 }, (_, i) => Math.ceil(quantile(values, (i + 1) / DRIFT_BINS)));
  const below = [...cuts.map((cut) => values.filter((value) => value < cut).length / values.length), 1];
  const shares = below.map((share, i) => share - (below[i - 1] ?? 0));
  return { name, mean, spread: Math.max(1, Math.sqrt(variance)), cuts, shares, limits: NO_LIMITS };
}

/** Of each quantity, over all windows. */
function farthest(model: DriftModel, normal: readonly DriftInput[]): DriftFigures[] {
  const tracker = new DriftTracker(model);
  const most = model.quantities.map((): DriftFigures => ({ psi: 0, shift: 0, spread: 0, stuck: 0 }));
  for (const input of normal) {
    tracker.push(input);
    most.forEach((figures, i) => {
      const now = tracker.figures(i);
      for (const kind of DRIFT_KINDS) figures[kind] = Math.max(figures[kind], Math.abs(now[kind]));
    });
  }
  return most;
}

function limitsOf(strayed: DriftFigures, margin: number): DriftFigures {
  const limit = (kind: keyof DriftFigures) => Math.max(CLOSEST[kind], margin * strayed[kind]);
  return { psi: limit('psi'), shift: limit('shift'), spread: limit('spread'), stuck: Math.ceil(limit('stuck')) };
}
