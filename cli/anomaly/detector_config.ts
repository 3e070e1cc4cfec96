// The key `detector` of kiln.yaml: each kind with what can be chosen of it.
import { z } from 'zod';
import type { DetectorSpec } from '../../trainer/anomaly/detector_spec.js';
import { positive } from '../config_parts.js';

const part = z.number().gt(0).max(1);
const spreads = z.number().min(0).max(10000);
const bits = z.number().int().min(0).max(20);
const weight = z.number().min(0).max(16);

const units = positive.max(512);
const training = {
  epochs: positive.max(10000).default(60),
  learningRate: z.number().positive().max(1).default(0.005),
};

const condition = z.strictObject({ feature: z.string().min(1), from: z.number(), to: z.number() });
const rule = z.strictObject({ when: z.array(condition).min(1).max(16), certainty: z.number().min(-1).max(1) });

export const detector = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mahalanobis') }),
  z.strictObject({ kind: z.literal('pca'), explained: part.default(0.9), coverage: part.default(0.99) }),
  z.strictObject({
    kind: z.literal('gaussian-mixture'),
    components: positive.max(64).default(8),
    shrinkage: z.number().min(0).max(1).default(0.1),
    regularisation: z.number().min(1e-6).max(1).default(1e-3),
  }),
  z.strictObject({ kind: z.literal('k-means'), centres: positive.max(64).default(8) }),
  z.strictObject({
    kind: z.literal('isolation-forest'),
    trees: positive.max(500).default(50),
    sample: z.number().int().min(2).max(4096).default(128),
  }),
  z.strictObject({
    kind: z.literal('ewma'),
    smoothing: part.default(0.1),
    coverage: part.default(0.95),
    limit: spreads.default(6),
    ignore: z.array(z.string().min(1)).default([]),
  }),
  z.strictObject({ kind: z.literal('cusum'), slack: spreads.default(0.5), limit: spreads.default(100) }),
  z.strictObject({ kind: z.literal('windowed-gaussian'), window: z.number().int().min(2).max(512).default(128) }),
  z.strictObject({
    kind: z.literal('record'),
    warmUp: z.number().int().min(0).max(1_000_000).default(64),
    fastBits: bits.default(4),
    slowBits: bits.default(8),
    changeBits: bits.default(5),
    bandWeight: weight.default(0.5),
    changeWeight: weight.default(1),
    holdOff: z.number().int().min(0).max(1_000_000).default(16),
  }),
  z.strictObject({
    kind: z.literal('decision-tree'),
    depth: positive.max(24).default(6),
    leaf: positive.max(10000).default(5),
  }),
  z.strictObject({
    kind: z.literal('random-forest'),
    trees: positive.max(200).default(20),
    depth: positive.max(24).default(6),
    leaf: positive.max(10000).default(5),
  }),
  z.strictObject({ kind: z.literal('naive-bayes') }),
  z.strictObject({
    kind: z.literal('autoencoder'),
    layers: z.enum(['dense', 'convolution']).default('dense'),
    hidden: units.default(24),
    bottleneck: units.default(8),
    ...training,
  }),
  z.strictObject({ kind: z.literal('neural-network'), hidden: units.default(24), ...training }),
  z.strictObject({ kind: z.literal('rules'), rules: z.array(rule).min(1).max(255) }),
]) satisfies z.ZodType<DetectorSpec>;

/** A kind with all that can be left out left out. */
export function defaultDetector(kind: Exclude<DetectorSpec['kind'], 'rules'>): DetectorSpec {
  return detector.parse({ kind });
}
