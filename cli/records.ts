// What commands leave under build/ for later ones, as it is read back: other files than those are a user's mistake.
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { KilnError, messageOf } from '../base/errors.js';
import { readBytes } from '../base/files.js';

const counts = z.array(z.array(z.number()));
const share = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]);
const rates = { falseRejects: z.number(), falseAccepts: z.number() };
const intervals = z.object({ falseRejects: interval, falseAccepts: interval });
const evaluated = z.object({ examples: z.number(), accuracy: z.number(), confusion: counts, recall: z.array(share) });

/** build/data.json */
export const dataRecord = z.object({
  sha256: z.string(),
  source: z.string(),
  labels: z.array(z.string()),
  split: z.string(),
  splits: z.record(
    z.string(),
    z.object({ clips: z.number(), speakers: z.number(), byLabel: z.record(z.string(), z.number()) }),
  ),
});

const epoch = z.object({
  epoch: z.number(),
  loss: z.number(),
  valLoss: z.number(),
  accuracy: z.number(),
  valAccuracy: z.number(),
});

/** build/training.json */
export const trainingRecord = z.object({
  sha256: z.string(),
  parameters: z.number(),
  macs: z.number(),
  backend: z.string(),
  history: z.array(epoch),
  best: epoch,
});

/** build/conversion.json */
export const conversionRecord = z.object({
  sha256: z.string(),
  bytes: z.number(),
  labels: z.array(z.string()),
  float: evaluated,
  int8: evaluated,
});

/** build/quantization.json */
export const quantizationRecord = z.object({
  model: z.string(),
  /** SHA-256 of the weights.bin that was converted. */
  weights: z.string(),
  inputs: z.number(),
  sqnr: z.number().nullable(),
  layers: z.array(
    z.object({
      name: z.string(),
      opcode: z.string(),
      sqnr: z.number().nullable(),
      ownSqnr: z.number().nullable(),
      cost: z.number().nullable(),
    }),
  ),
});

/** build/evaluation.json of a keyword spotter. */
export const keywordRecord = z.object({
  kind: z.literal('keywords'),
  model: z.string(),
  clips: z.object({
    examples: z.number(),
    accuracy: z.number(),
    interval,
    speakers: z.array(z.object({ speaker: z.string(), clips: z.number(), accuracy: z.number() })),
  }),
  streams: z.object({
    test: z.object({
      seconds: z.number(),
      keywords: z.number(),
      points: z.array(z.object({ threshold: z.number(), ...rates })),
    }),
  }),
  chosen: z.object({
    limit: z.number(),
    thresholds: z.record(z.string(), z.number()),
    test: z.object({ ...rates, intervals }),
  }),
});

const judged = z.object({ auc: z.number(), partialAuc: z.number() });
/** JSON has no NaN: null stands for what no draw says anything of. */
const bounds = z.tuple([z.number().nullable(), z.number().nullable()]);

/** build/fit.json of a detector. */
export const fitRecord = z.object({
  /** First 16 hexadecimal digits of the detector's SHA-256. */
  detector: z.string(),
  kind: z.string(),
  features: z.number(),
  seed: z.number(),
  constantBytes: z.number(),
  memoryBytes: z.number(),
  /** Normal windows that it was fitted to, and whose scores set the threshold. */
  fittedTo: z.number(),
  calibratedOn: z.number(),
  threshold: z.object({ method: z.string(), raise: z.number(), clear: z.number() }),
  data: z.object({
    sha256: z.string(),
    source: z.string(),
    split: z.string(),
    channels: z.array(z.string()),
    sampleRate: z.number(),
    /** Windows of each part. */
    parts: z.record(
      z.string(),
      z.object({ recordings: z.number(), machines: z.number(), normal: z.number(), faults: z.number() }),
    ),
  }),
});

/** build/evaluation.json of a detector. */
export const alarmRecord = z.object({
  kind: z.literal('alarms'),
  model: z.string(),
  windows: z.object({ normal: z.number(), anomalous: z.number() }),
  ranking: judged.optional(),
  machines: z.record(z.string(), judged.extend({ windows: z.number() })),
  classes: z.record(z.string(), z.object({ auc: share, alarmed: z.number(), windows: z.number() })),
  points: z.object({ f1: share, falseAlarmRate: share, missedAlarmRate: share }),
  events: z.object({
    events: z.number(),
    detected: z.number(),
    recall: share,
    medianDelay: z.number().optional(),
    falseAlarms: z.number(),
    falseAlarmsPerDay: z.number(),
    normalHours: z.number(),
  }),
  /** 95 %. */
  intervals: z.object({
    ...{ auc: bounds, f1: bounds, recall: bounds, falseAlarmsPerDay: bounds },
    ...{ machines: z.record(z.string(), bounds), classes: z.record(z.string(), bounds) },
  }),
  /** Thinned. */
  roc: z.array(z.object({ falsePositiveRate: z.number(), truePositiveRate: z.number() })),
  /** Of a recording of each kind: the highest score of every stretch, and whether there was an alarm in it. */
  courses: z.array(
    z.object({
      name: z.string(),
      class: z.string(),
      seconds: z.number(),
      raise: z.number(),
      scores: z.array(z.number()),
      alarms: z.array(z.boolean()),
    }),
  ),
});

export type AlarmRecord = z.output<typeof alarmRecord>;
export type FitRecord = z.output<typeof fitRecord>;

/** build/validation.json */
export const validationRecord = z.object({
  tinykiln: z.string(),
  support: z.string(),
  boards: z.array(z.string()),
  modelHash: z.string(),
  vectorsSha256: z.string(),
  vectors: z.number(),
  equal: z.number(),
  compared: z.string(),
  info: z.object({ build: z.string(), runtime: z.string() }).optional(),
  ticks: z.object({ median: z.number() }),
  microseconds: z.object({ median: z.number() }),
  stack: z.object({ used: z.number(), reserved: z.number() }).optional(),
  arena: z.object({ used: z.number(), reserved: z.number() }).optional(),
});

const driftFigures = z.record(z.string(), z.number());

/** build/drift.json, the JSON of `kiln drift`. */
export const driftRecord = z.object({
  /** Hash of the detector. */
  model: z.string().optional(),
  windows: z.number(),
  drift: z.boolean(),
  quantities: z.array(z.looseObject({ name: z.string(), limits: driftFigures, moved: z.array(z.string()) })),
});

/** What `kiln evaluate` found of a keyword spotter; undefined where there is nothing, or a detector was judged. */
export function readKeywordEvaluation(path: string): z.output<typeof keywordRecord> | undefined {
  return kindOf(path) === 'keywords' ? readRecord(path, keywordRecord) : undefined;
}

/** As `readKeywordEvaluation`, of a detector. */
export function readAlarmEvaluation(path: string): AlarmRecord | undefined {
  return kindOf(path) === 'alarms' ? readRecord(path, alarmRecord) : undefined;
}

function kindOf(path: string): string | undefined {
  return readRecord(path, z.looseObject({ kind: z.string().optional() }))?.kind;
}

/** Undefined where there is no such file. @throws KilnError `record-invalid` */
export function readRecord<S extends z.ZodType>(path: string, schema: S): z.output<S> | undefined {
  if (!existsSync(path)) return undefined;
  const result = schema.safeParse(parsed(path));
  if (result.success) return result.data;
  const { path: keys, message } = result.error.issues[0]!;
  throw invalid(path, `${keys.join('.') || 'the top level'}: ${message}`);
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readBytes(path).toString('utf8'));
  } catch (error) {
    if (error instanceof KilnError) throw error;
    throw invalid(path, `is not JSON: ${messageOf(error)}`);
  }
}

function invalid(where: string, what: string): KilnError {
  return new KilnError('record-invalid', { where, what, todo: 'Run the command that writes it again.' });
}
