// kiln.yaml of `task: anomaly`: data of sensors, the front end, the detector, and when there is an alarm.
import { z } from 'zod';
import { FAULTS } from '../../trainer/datasets/vibration_model.js';
import { STATISTICS, type Statistic } from '../../trainer/sensors/statistics.js';
import { card } from '../card_config.js';
import { firmwareBudget, name, positive, size, target, validate } from '../config_parts.js';
import { share } from '../units.js';
import { detector } from './detector_config.js';

const seed = z.number().int().min(0).max(0xffffffff);
const part = z.number().min(0).max(0.95);

const split = z.strictObject({
  by: z.enum(['time', 'recording']).default('time'),
  train: part.default(0.5),
  calibration: part.default(0.2),
});

const common = {
  /** Hz. */
  sampleRate: z.number().positive().max(1e6).optional(),
  /** Physical units of one step of the sensor's integers. */
  resolution: z.number().positive().optional(),
  /** Hz that the firmware will sample at. */
  resample: positive.max(1_000_000).optional(),
  split: split.prefault({}),
};

const table = {
  ...common,
  path: z.string().min(1),
  columns: z.array(z.string().min(1)).min(1).max(16).optional(),
  units: z.array(z.string()).max(16).optional(),
  delimiter: z.string().length(1).optional(),
  normal: z.array(z.string()).min(1).default(['normal', '0', '0.0', 'false', '']),
};

const data = z.discriminatedUnion('source', [
  z.strictObject({
    source: z.literal('csv-folder'),
    ...table,
    time: z.string().min(1).optional(),
    label: z.string().min(1).optional(),
    fill: z.number().int().min(0).max(1000).default(2),
  }),
  z.strictObject({ source: z.literal('frames'), ...table }),
  z.strictObject({
    source: z.literal('synthetic-vibration'),
    ...common,
    sampleRate: z.number().min(200).max(20000).default(1600),
    resolution: z
      .number()
      .positive()
      .default(1 / 2048),
    split: split.prefault({ by: 'recording' }),
    machines: positive.max(16).default(3),
    speeds: z.array(z.number().min(1).max(200)).min(1).max(8).default([24, 33, 48]),
    loads: z.array(z.number().min(0).max(1)).min(1).max(8).default([0.4, 1]),
    recordings: positive.max(32).default(4),
    seconds: z.number().min(1).max(60).default(6),
    faults: z
      .array(z.enum(FAULTS))
      .max(4)
      .default([...FAULTS]),
    severity: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]).default([0.3, 1]),
  }),
]);

const frontend = z.strictObject({
  /** In a window; 1 hands the samples themselves to the detector. */
  samples: positive.max(2048).default(512),
  /** Left out, half a window. */
  stride: positive.max(2048).optional(),
  detrend: z.enum(['mean', 'line']).default('mean'),
  statistics: z
    .array(z.enum(Object.keys(STATISTICS) as [Statistic, ...Statistic[]]))
    .default(['rms', 'difference-rms', 'kurtosis', 'crest']),
  differenceLag: positive.default(1),
  /** Edges of frequency bands in Hz, rising. */
  bands: z.array(z.number().positive()).min(2).max(64).optional(),
});

const threshold = z
  .strictObject({
    conformal: z.number().gt(0).lt(1).optional(),
    extremeValue: z.number().gt(0).lt(1).optional(),
    falseAlarmsPerDay: z.number().positive().max(86400).optional(),
    score: z.number().optional(),
    hysteresis: z.number().min(0).max(1).default(0.3),
    confirm: positive.max(10000).default(1),
    holdOff: z.number().int().min(0).max(1_000_000).default(0),
  })
  .refine(
    ({ conformal, extremeValue, falseAlarmsPerDay, score }) =>
      [conformal, extremeValue, falseAlarmsPerDay, score].filter((value) => value !== undefined).length === 1,
    { message: 'exactly one of conformal, extremeValue, falseAlarmsPerDay, score' },
  );

const budget = firmwareBudget.extend({
  /** On the test part, least. */
  auc: share.optional(),
  f1: share.optional(),
  recall: share.optional(),
  /** Most. */
  falseAlarmsPerDay: z.number().min(0).optional(),
});

export const anomalySchema = z.strictObject({
  name,
  task: z.literal('anomaly'),
  data,
  frontend: frontend.prefault({}),
  detector: detector.prefault({ kind: 'gaussian-mixture' }),
  threshold: threshold.prefault({ conformal: 0.01 }),
  /** Whether the firmware watches that its inputs stay what they were in training. */
  drift: z.boolean().default(true),
  train: z.strictObject({ seed: seed.default(1) }).prefault({}),
  target: target.prefault({}),
  validate: validate.prefault({}),
  budget: budget.prefault({}),
  card: card.prefault({}),
  size: size.prefault({}),
});

export type AnomalyConfig = z.output<typeof anomalySchema>;
