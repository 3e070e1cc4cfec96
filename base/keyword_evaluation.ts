// What `kiln evaluate` measures of a keyword spotter, as build/evaluation.json holds it and reports show it.

/** 95 %, by drawing speakers and noises anew. */
export type Interval = readonly [low: number, high: number];

export interface KeywordEvaluation {
  kind: 'keywords';
  /** First 16 hexadecimal digits of the SHA-256 of the .tflite. */
  model: string;
  labels: string[];
  keywords: string[];
  clips: ClipFigures;
  /** Thresholds are chosen on val; test says what they are worth. */
  streams: { val: StreamFigures; test: StreamFigures };
  chosen: ChosenPoint;
}

/** Each clip of the test split by itself. */
export interface ClipFigures {
  examples: number;
  /** Top-1, 0 … 1. */
  accuracy: number;
  interval: Interval;
  /** counts[true label][predicted label]. */
  confusion: number[][];
  /** By label; null where there is nothing to divide by. */
  recall: (number | null)[];
  precision: (number | null)[];
  /** The worst first. */
  speakers: { speaker: string; clips: number; accuracy: number }[];
  /** Each keyword against all else, by its posterior. */
  roc: { keyword: string; auc: number; falsePositiveRate: number[]; truePositiveRate: number[] }[];
}

export interface StreamRates {
  /** Share of the keywords that were missed, 0 … 1. */
  falseRejects: number;
  /** In an hour. */
  falseAccepts: number;
}

/** A long stream of held-out words in noise and silence. */
export interface StreamFigures {
  seconds: number;
  /** Said in it, and those of them that are keywords. */
  words: number;
  keywords: number;
  /** The DET curve: one threshold for all keywords, in 1/256, from low to high. */
  points: (StreamRates & { threshold: number })[];
  /** Its point with the fewest misses that the limit allows; null where none does. */
  atLimit: (StreamRates & { threshold: number; intervals: RateIntervals }) | null;
}

export interface RateIntervals {
  falseRejects: Interval;
  falseAccepts: Interval;
}

/** The operating point: what firmware and monitor use from then on. */
export interface ChosenPoint {
  /** False accepts in an hour that were allowed on val. */
  limit: number;
  /** In 1/256, by keyword. */
  thresholds: Record<string, number>;
  val: StreamRates;
  test: StreamRates & { intervals: RateIntervals };
}
