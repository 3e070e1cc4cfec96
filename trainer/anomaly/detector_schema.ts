// A trained detector as it is kept in a file: what a sample is, the front end, the detector, and when there is an alarm.
import { z } from 'zod';
import type { AlarmModel, CalibrationModel, DetectorModel, DriftModel, TreeNode } from '../../base/detector_models.js';
import { DRIFT_BINS, MOST_QUANTITIES } from '../../base/drift.js';
import { STATISTICS, type Statistic } from '../sensors/statistics.js';

const real = z.number();
const count = z.number().int().min(0);
const positive = z.number().int().positive();
const bits = count.max(30);
const share = z.number().min(0).max(1);

const sensor = z.strictObject({
  /** Hz. */
  sampleRate: z.number().positive(),
  /** Physical value = zero + unit × integer. */
  channels: z
    .array(
      z.strictObject({ name: z.string(), physical: z.string().default(''), unit: z.number().positive(), zero: real }),
    )
    .min(1)
    .max(255),
});

const frontEnd = z.strictObject({
  samples: positive,
  axes: positive,
  detrend: z.enum(['mean', 'line']),
  statistics: z.array(z.enum(Object.keys(STATISTICS) as [Statistic, ...Statistic[]])),
  differenceLag: positive.optional(),
  bands: z.strictObject({ fftSize: positive, edges: z.array(count).min(2) }).optional(),
});

const form = z.strictObject({
  centre: z.array(real).min(1),
  rows: z.array(z.strictObject({ start: count, entries: z.array(real).min(1) })).max(255),
  offset: real,
});

const channels = z.array(z.strictObject({ mean: real, spread: z.number().min(0) })).min(1);

const node: z.ZodType<TreeNode> = z.union([
  z.strictObject({ values: z.array(real).min(1) }),
  z.strictObject({
    feature: count,
    threshold: real,
    get low() {
      return node;
    },
    get high() {
      return node;
    },
  }),
]);

const rule = z.strictObject({
  conditions: z.array(z.strictObject({ feature: count, from: real, to: real })),
  conclusion: count,
  certainty: real,
});

const detector = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('quadratic'),
    output: z.enum(['least', 'greatest', 'likelihoods', 'odds']),
    forms: z.array(form).min(1),
  }),
  z.strictObject({ kind: z.literal('ewma-chart'), smoothing: share, limit: z.number().min(0), channels }),
  z.strictObject({
    ...{ kind: z.literal('record'), warmUp: count, fastBits: bits, slowBits: bits, changeBits: bits },
    ...{ bandWeight: z.number().min(0).max(64), changeWeight: z.number().min(0).max(64), holdOff: count },
  }),
  z.strictObject({ kind: z.literal('forest'), outputs: positive, trees: z.array(node).min(1) }),
  z.strictObject({ kind: z.literal('cusum'), slack: z.number().min(0), limit: z.number().min(0), channels }),
  z.strictObject({ kind: z.literal('windowed-gaussian'), window: positive }),
  z.strictObject({
    ...{ kind: z.literal('rules'), features: positive, conclusions: positive },
    rules: z.array(rule).min(1),
  }),
  z.strictObject({
    ...{ kind: z.literal('network'), output: z.enum(['reconstruction', 'logit']), channels },
    tflite: z.base64().max(4_000_000),
  }),
]) satisfies z.ZodType<DetectorModel>;

const alarm = z.strictObject({
  raise: real,
  clear: real,
  confirm: positive,
  holdOff: count,
}) satisfies z.ZodType<AlarmModel>;

const calibration = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ kind: z.literal('threshold'), windows: positive.max(1_000_000), rank: positive.max(256) },
    ...{ factor: z.number().positive().max(1000), clear: share },
  }),
  z.strictObject({
    ...{ kind: z.literal('statistics'), windows: z.number().int().min(2).max(1024) },
    features: z.array(z.strictObject({ mean: real, spread: z.number().positive() })).min(1),
  }),
]) satisfies z.ZodType<CalibrationModel>;

const limit = z.number().min(0);

const drift = z.strictObject({
  memoryBits: positive.max(12),
  quantities: z
    .array(
      z.strictObject({
        name: z.string(),
        feature: count.optional(),
        axis: count.optional(),
        mean: real,
        spread: z.number().positive(),
        cuts: z.array(real).length(DRIFT_BINS - 1),
        shares: z.array(share).length(DRIFT_BINS),
        limits: z.strictObject({ psi: limit, shift: limit, spread: limit, stuck: limit }),
      }),
    )
    .min(1)
    .max(MOST_QUANTITIES),
}) satisfies z.ZodType<DriftModel>;

export const detectorFileSchema = z.strictObject({
  format: z.literal('tinykiln-detector'),
  version: z.literal(1),
  /** The project's. */
  name: z.string().min(1),
  sensor,
  /** Left out where the detector reads samples themselves, one after the other. */
  frontEnd: frontEnd.optional(),
  /** Samples from the start of a window to that of the next. */
  stride: positive,
  /** Names of what the detector reads, in order. */
  features: z.array(z.string()).min(1),
  detector,
  alarm,
  /** What the first windows on a new machine set; left out, nothing. */
  calibration: calibration.optional(),
  /** What drift is measured against; left out, it is not watched. */
  drift: drift.optional(),
});

export type DetectorFile = z.output<typeof detectorFileSchema>;
