// What a report shows: plain data, so that this room needs to know nothing of the others. What was not measured is left out.

export interface Epoch {
  epoch: number;
  loss: number;
  valLoss: number;
  accuracy: number;
  valAccuracy: number;
}

export interface Figure {
  name: string;
  measured: string;
  budget: string;
  verdict: string;
}

export interface Report {
  name: string;
  /** Of which a page has sections: a network by default. */
  task?: 'classification' | 'anomaly';
  board: string;
  /** hardware, emulator, compiles, or not yet. */
  verified: string;
  version: string;
  /** First 16 hexadecimal digits of the model's SHA-256. */
  model?: string | undefined;
  figures: Figure[];
  training?: Epoch[] | undefined;
  confusion?: Confusion | undefined;
  det?: DetCurve | undefined;
  roc?: RocPicture | undefined;
  courses?: Course[] | undefined;
  alarms?: AlarmGroups | undefined;
  quantization?: Quantization | undefined;
  memory?: Memory | undefined;
  flash?: Flash | undefined;
  instructions?: Instructions | undefined;
  validation?: ValidationFacts | undefined;
  drift?: Drift | undefined;
}

export interface Confusion {
  labels: string[];
  /** Counts: [true label][predicted label]. */
  counts: number[][];
}

/** Misses against false accepts, threshold by threshold. */
export interface DetCurve {
  /** What was listened to: `29.8 min of the test split`. */
  heard: string;
  points: DetPoint[];
  /** The point that was chosen, with 95 % intervals. */
  chosen?: DetPoint & { intervals: { falseRejects: Interval; falseAccepts: Interval } };
}

export type Interval = readonly [low: number, high: number];

export interface DetPoint {
  /** 0 … 1; left out where each keyword has its own. */
  threshold?: number;
  /** Share of the keywords that were missed, 0 … 1. */
  falseRejects: number;
  /** In an hour. */
  falseAccepts: number;
}

/** How well scores tell faults from what is normal, whatever the threshold. */
export interface RocPicture {
  /** What was judged: `630 normal windows (0.09 h) and 1,200 of faults`. */
  judged: string;
  auc: number;
  /** 95 %. */
  interval?: Interval | undefined;
  points: RocPoint[];
  /** What the threshold gives. */
  chosen?: RocPoint | undefined;
}

export interface RocPoint {
  falsePositiveRate: number;
  truePositiveRate: number;
}

/** Scores of a recording over time, against the threshold. */
export interface Course {
  name: string;
  /** `normal`, or the fault. */
  class: string;
  seconds: number;
  raise: number;
  /** The highest of each stretch, and whether there was an alarm in it. */
  scores: number[];
  alarms: boolean[];
}

/** Intervals of 95 %; null where there are windows of one kind alone. */
export interface AlarmGroups {
  machines: { name: string; auc: number; partialAuc: number; interval?: Interval | undefined }[];
  faults: { name: string; windows: number; auc: number | null; alarmed: number; interval?: Interval | undefined }[];
}

/** Float against int8; dB. */
export interface Quantization {
  inputs: number;
  sqnr: number;
  layers: { name: string; opcode: string; sqnr: number; ownSqnr: number; cost: number }[];
}

/** Tensors of the arena over the steps of an inference; `firstOp` −1 is the input. */
export interface Memory {
  arenaBytes: number;
  layers: string[];
  allocations: { name: string; offset: number; bytes: number; firstOp: number; lastOp: number }[];
}

/** Bytes; the symbols of a part add up to it. */
export interface Flash {
  bytes: number;
  parts: { name: string; bytes: number; symbols: { name: string; bytes: number }[] }[];
}

export interface Instructions {
  /** What was run: an inference, where it is left out. */
  of?: string;
  board: string;
  total: number;
  layers: { name: string; op: string; instructions: number }[];
}

export interface ValidationFacts {
  vectors: number;
  equal: number;
  /** Rows of a table: what, and what was found. */
  facts: [name: string, value: string][];
}

/** How far each watched quantity has moved from training, in its own limits: 1 is the limit. */
export interface Drift {
  windows: number;
  drift: boolean;
  quantities: { name: string; figures: { kind: string; value: number; limit: number }[]; moved: boolean }[];
}
