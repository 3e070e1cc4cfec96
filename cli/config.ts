// kiln.yaml: its schema (also published as JSON Schema) and errors that name file, line, key, value and what is allowed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, isNode, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { KilnError } from '../base/errors.js';
import { readBytes } from '../base/files.js';
import { DEFAULT_PERCENTILE, RANGE_METHODS } from '../converter/quantization/range_choice.js';
import { DENSE_SCALES, EQUALIZATIONS } from '../converter/quantization/method.js';
import { card } from './card_config.js';
import { DEFAULT_AUGMENTATION } from '../trainer/augmentation.js';
import { DEFAULT_DETECTION } from '../trainer/detection/settings.js';
import { ARCHITECTURES, type ModelKind, type ModelSpec } from '../trainer/models/architectures.js';
import { DEFAULT_DISTILLATION, DEFAULT_QUANTIZATION_AWARE, DEFAULT_TRAIN_OPTIONS } from '../trainer/train_options.js';
import { anomalySchema, type AnomalyConfig } from './anomaly/config.js';
import { firmwareBudget, name, positive, size, target, validate } from './config_parts.js';
import { duration, share } from './units.js';

const pair = z.tuple([positive, positive]);

const data = z.strictObject({
  source: z.enum(['manifest', 'speech-folder', 'synthetic']),
  path: z.string().min(1),
  manifest: z.string().min(1).optional(),
  labels: z.array(z.string().min(1)).min(1).optional(),
  unknown: share.default(0.1),
  silence: share.default(0.1),
  split: z.enum(['by-speaker', 'lists']).optional(),
});

const frontend = z
  .strictObject({
    kind: z.enum(['log-mel', 'mfcc']).default('log-mel'),
    sampleRate: positive.default(16000),
    window: duration.default(30),
    stride: duration.default(20),
    channels: positive.max(128).default(40),
    /** Of the cepstrum, where that is the kind: at most as many as channels. */
    coefficients: positive.max(128).optional(),
  })
  .refine(({ kind, coefficients }) => kind === 'mfcc' || coefficients === undefined, {
    path: ['coefficients'],
    message: 'only the kind `mfcc` has coefficients',
  });

const stage = z.strictObject({
  width: positive.max(1024),
  blocks: positive.max(32),
  stride: pair.default([1, 1]),
});

const kinds = Object.keys(ARCHITECTURES) as ModelKind[];

/** What is left out is as the architecture has it; what an architecture does not have is refused. */
const model = z
  .strictObject({
    kind: z.enum(kinds).default('ds-cnn'),
    width: positive.max(1024).optional(),
    blocks: positive.max(32).optional(),
    kernel: pair.optional(),
    stride: pair.optional(),
    /** Of ds-resnet. */
    stages: z.array(stage).min(1).max(8).optional(),
    /** Of tc-resnet: under the first convolution, and under each block's. */
    frames: pair.optional(),
    /** Of svdf-stream: frames that a channel remembers. */
    memory: positive.max(256).optional(),
    /** Of tc-resnet, in frames. */
    step: positive.max(16).optional(),
    dropout: z.number().min(0).max(0.9).optional(),
  })
  .superRefine((given, context) => {
    const { defaults } = ARCHITECTURES[given.kind];
    for (const key of Object.keys(given).filter((name) => !(name in defaults))) {
      const message = `the architecture ${given.kind} has no such setting. Allowed here: ${Object.keys(defaults).join(', ')}`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .transform((given) => ({ ...ARCHITECTURES[given.kind].defaults, ...given }) as ModelSpec);

const decibels = z.number().min(0).max(60);

const augment = z.strictObject({
  /** Versions of each training clip, the first as it is. */
  variants: positive.max(64).default(6),
  /** Largest move in time, either way. */
  shift: duration.default(DEFAULT_AUGMENTATION.shiftMs),
  /** Share of the variants that are mixed with noise, and their signal-to-noise ratios in dB. */
  noise: z.number().min(0).max(1).default(DEFAULT_AUGMENTATION.noise),
  snr: z.tuple([z.number().min(-20).max(60), z.number().min(-20).max(60)]).default([...DEFAULT_AUGMENTATION.snrDb]),
  /** Largest change in loudness, either way, in dB. */
  gain: decibels.default(DEFAULT_AUGMENTATION.gainDb),
  /** Largest change of speed and pitch, and of the length of the vocal tract, either way, as shares. */
  speed: z.number().min(0).max(0.5).default(DEFAULT_AUGMENTATION.speed),
  vocalTract: z.number().min(0).max(0.5).default(DEFAULT_AUGMENTATION.vocalTract),
  /** Largest gain of a band, either way, in dB: another microphone. */
  equalizer: decibels.default(DEFAULT_AUGMENTATION.equalizerDb),
  /** Share of the variants that sound in a room. */
  reverberation: z.number().min(0).max(1).default(DEFAULT_AUGMENTATION.reverberation),
  /** Shifts and masks of the features, anew in every epoch. */
  specAugment: z.boolean().default(true),
  /** Share of the examples that are mixed with another one, anew in every epoch. */
  mixup: z.number().min(0).max(1).default(DEFAULT_TRAIN_OPTIONS.mixup),
});

const distill = z
  .strictObject({
    /** A ready-made model: one of tinykiln's on the same features, or MLPerf Tiny's keyword spotter. */
    teacher: z.string().min(1).optional(),
    /** Or a model that is trained first, so many times; the student learns from their mean. */
    model: model.optional(),
    count: positive.max(8).default(1),
    /** Share of the loss. */
    weight: z.number().min(0).max(1).default(DEFAULT_DISTILLATION.weight),
    temperature: z.number().min(0.5).max(20).default(DEFAULT_DISTILLATION.temperature),
  })
  .refine(({ teacher, model: own }) => (teacher === undefined) !== (own === undefined), {
    message: 'either `teacher`, a file, or `model`, an architecture to train',
  });

const quantizationAware = z.strictObject({
  epochs: positive.max(10000).default(DEFAULT_QUANTIZATION_AWARE.epochs),
  learningRate: z.number().positive().max(1).default(DEFAULT_QUANTIZATION_AWARE.learningRate),
});

const train = z.strictObject({
  epochs: positive.max(10000).default(DEFAULT_TRAIN_OPTIONS.epochs),
  batch: positive.max(4096).default(DEFAULT_TRAIN_OPTIONS.batch),
  learningRate: z.number().positive().max(1).default(DEFAULT_TRAIN_OPTIONS.learningRate),
  l2: z.number().min(0).max(1).default(DEFAULT_TRAIN_OPTIONS.l2),
  patience: positive.default(DEFAULT_TRAIN_OPTIONS.patience),
  seed: z.number().int().min(0).max(0xffffffff).default(DEFAULT_TRAIN_OPTIONS.seed),
  /** What of each label is spread over all classes. */
  labelSmoothing: z.number().min(0).max(0.5).default(DEFAULT_TRAIN_OPTIONS.labelSmoothing),
  /** Whether every class is trained on as often as any other. */
  balance: z.boolean().default(DEFAULT_TRAIN_OPTIONS.balance),
  workers: positive.max(2).optional(),
  augment: augment.prefault({}),
  distill: distill.optional(),
  quantizationAware: quantizationAware.optional(),
});

const step = z.enum(['auto', 'on', 'off']).default('auto');

const quantize = z.strictObject({
  calibration: positive.max(100000).default(200),
  ranges: z.enum(['auto', ...RANGE_METHODS]).default('auto'),
  percentile: z.number().min(50).max(100).default(DEFAULT_PERCENTILE),
  equalization: z.enum(['auto', ...EQUALIZATIONS]).default('auto'),
  dense: z.enum(['auto', ...DENSE_SCALES]).default('auto'),
  biasCorrection: step,
  compensation: step,
});

const gate = z.strictObject({
  /** Decibels below full scale, from which on the model runs. */
  level: z.number().min(-120).max(0),
  hold: duration.default(500),
});

const detection = z.strictObject({
  keywords: z.array(z.string().min(1)).min(1).optional(),
  step: duration.default(DEFAULT_DETECTION.stepMs),
  smoothing: duration.default(DEFAULT_DETECTION.smoothingMs),
  refractory: duration.default(DEFAULT_DETECTION.refractoryMs),
  /** Until `kiln evaluate` has chosen others. */
  threshold: z.union([share, z.record(z.string(), share)]).default(DEFAULT_DETECTION.threshold),
  gate: gate.optional(),
  /** What `kiln evaluate` may choose, in an hour. */
  falseAccepts: z.number().min(0).default(0.5),
});

const budget = firmwareBudget.extend({ accuracy: share.optional() });

export const configSchema = z.strictObject({
  name,
  task: z.literal('classification').default('classification').meta({ description: 'classification or anomaly' }),
  data,
  frontend: frontend.prefault({}),
  model: model.prefault({}),
  train: train.prefault({}),
  quantize: quantize.prefault({}),
  detection: detection.prefault({}),
  target: target.prefault({}),
  validate: validate.prefault({}),
  budget: budget.prefault({}),
  card: card.prefault({}),
  size: size.prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type AnyConfig = Config | AnomalyConfig;

export const CONFIG_FILE = 'kiln.yaml';

/** The JSON Schema of kiln.yaml, for editors. */
export function configJsonSchema(): unknown {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    if: { properties: { task: { const: 'anomaly' } }, required: ['task'] },
    then: jsonSchemaOf(anomalySchema),
    else: jsonSchemaOf(configSchema),
  };
}

function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return rest;
}

/** @throws KilnError `config-invalid` that names the file, line, key, value and what is allowed. */
export function loadConfig(folder: string): AnyConfig {
  const path = join(folder, CONFIG_FILE);
  const text = readBytes(path, 'Make one with `kiln init`, or name the project folder with -C.').toString('utf8');
  return parseConfig(text, path);
}

export function parseConfig(text: string, path: string): AnyConfig {
  return parse(text, path, (value): z.ZodType<AnyConfig> => (isAnomaly(value) ? anomalySchema : configSchema));
}

/** What concerns firmware, of a project that may have nothing to train: all else is allowed, and not looked at. */
const firmwareSchema = z.strictObject({
  ...Object.fromEntries(Object.keys(configSchema.shape).map((key) => [key, z.unknown().optional()])),
  ...configSchema
    .pick({
      ...{ name: true, frontend: true, quantize: true, detection: true, target: true },
      ...{ validate: true, budget: true, size: true },
    })
    .partial({ name: true }).shape,
});

type FirmwareKeys = 'frontend' | 'quantize' | 'detection' | 'target' | 'validate' | 'budget' | 'size';
export type FirmwareConfig = Pick<Config, FirmwareKeys> & {
  name?: string | undefined;
  /** Left out by a project that names none: a network. */
  task?: unknown;
  /** Where there is none, nothing is trained here. */
  data?: unknown;
};

/** The same of a project of sensors: what it has not is as by default. */
const anomalyFirmwareSchema = anomalySchema.transform(
  ({ task, name: own, target: board, validate: vectors, budget: limits, size: sizes }): FirmwareConfig => ({
    ...firmwareSchema.parse({}),
    ...{ task, name: own, target: board, validate: vectors, budget: limits, size: sizes },
  }),
);

export function hasConfig(folder: string): boolean {
  return existsSync(join(folder, CONFIG_FILE));
}

/** The defaults where there is no kiln.yaml. @throws KilnError as loadConfig() */
export function loadFirmwareConfig(folder: string): FirmwareConfig {
  const path = join(folder, CONFIG_FILE);
  const text = hasConfig(folder) ? readBytes(path).toString('utf8') : '{}';
  return parse(text, path, (value): z.ZodType<FirmwareConfig> =>
    isAnomaly(value) ? anomalyFirmwareSchema : firmwareSchema,
  );
}

function parse<T>(text: string, path: string, schemaOf: (value: unknown) => z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fault = document.errors[0];
  if (fault) throw invalid(`${path}:${position(lines, fault.pos[0])}`, fault.message.split('\n')[0]!, 'Mend the YAML.');
  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  const result = schemaOf(value).safeParse(value);
  if (result.success) return result.data;
  const schema = jsonSchemaOf(isAnomaly(value) ? anomalySchema : configSchema);
  throw issueError(result.error.issues[0]!, { document, lines, path, value, schema });
}

function isAnomaly(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'task' in value && value.task === 'anomaly';
}

/** What an error is explained from. */
interface Source {
  document: Document;
  lines: LineCounter;
  path: string;
  /** The document as plain values, and its schema. */
  value: unknown;
  schema: SchemaNode;
}

function invalid(where: string, what: string, todo: string): KilnError {
  return new KilnError('config-invalid', { where, what: what.replace(/\.$/, ''), todo });
}

function issueError(issue: z.core.$ZodIssue, source: Source): KilnError {
  const { document, lines, path } = source;
  const keys = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return unknownKey(issue.keys[0]!, keys, source);
  const key = keys.join('.') || 'the top level';
  const where = `${path}:${locate(document, lines, issue.path)}: ${key}`;
  if (issue.code === 'custom' && keys.length > 0) return invalid(where, 'is not taken', `${capital(issue.message)}.`);
  const value: unknown = keys.length > 0 ? document.getIn(issue.path as string[]) : document.toJS();
  const node = schemaAt(issue.path, source);
  if (value === undefined) return invalid(where, 'is missing', `Add \`${key}\`: ${expectation(issue, node)}.`);
  return invalid(where, `the value ${show(value)} is not allowed`, `Give ${expectation(issue, node)}.`);
}

function unknownKey(key: string, parents: string[], source: Source): KilnError {
  const { document, lines, path } = source;
  const allowed = Object.keys(schemaAt(parents, source)?.properties ?? {});
  const near = allowed.find((name) => distance(name.toLowerCase(), key.toLowerCase()) <= 2);
  const where = `${path}:${locate(document, lines, [...parents, key])}: ${[...parents, key].join('.')}`;
  const hint = near ? `Did you mean \`${near}\`? ` : '';
  return invalid(where, 'unknown key', `${hint}Allowed here: ${allowed.join(', ')}.`);
}

interface SchemaNode {
  description?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  oneOf?: SchemaNode[];
  anyOf?: SchemaNode[];
}

/** The schema of a key; of several kinds of mapping the one that the document has chosen. */
function schemaAt(path: readonly PropertyKey[], { schema, value }: Source): SchemaNode | undefined {
  let [node, own]: [SchemaNode | undefined, unknown] = [schema, value];
  for (const key of path) {
    node = typeof key === 'number' ? chosen(node, own)?.items : chosen(node, own)?.properties?.[String(key)];
    own = own !== null && typeof own === 'object' ? (own as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return chosen(node, own);
}

function chosen(node: SchemaNode | undefined, value: unknown): SchemaNode | undefined {
  const kinds = node?.oneOf ?? node?.anyOf;
  if (!kinds) return node;
  const matches = ({ properties }: SchemaNode) =>
    Object.entries(properties ?? {}).some(
      ([key, { const: fixed }]) =>
        fixed !== undefined && (value as Record<string, unknown> | undefined)?.[key] === fixed,
    );
  return kinds.find(matches) ?? node;
}

/** What a key takes, in words: from its schema, or where that has none, from the validator's message. */
function expectation(issue: z.core.$ZodIssue, node: SchemaNode | undefined): string {
  if (node?.description) return node.description;
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_union') return kindsIn(issue.message);
  if (node?.enum) return `one of ${node.enum.join(', ')}`;
  if (node?.const !== undefined) return String(node.const);
  if (node?.type === 'integer' || node?.type === 'number') return range(node);
  if (node?.properties) return `a mapping of ${Object.keys(node.properties).join(', ')}`;
  return issue.message.replace(/^Invalid input: expected (\w+).*/, 'a value of type $1');
}

/** `one of a, b` from "Invalid discriminator value. Expected 'a' | 'b'"; another text as it is. */
function kindsIn(message: string): string {
  const kinds = [...message.matchAll(/'([^']+)'/g)].map(([, kind]) => kind);
  return kinds.length > 0 ? `one of ${kinds.join(', ')}` : message;
}

function range({ type, minimum, exclusiveMinimum, maximum }: SchemaNode): string {
  const noun = type === 'integer' ? 'a whole number' : 'a number';
  const lowest = type === 'integer' && exclusiveMinimum !== undefined ? exclusiveMinimum + 1 : minimum;
  const from = lowest === undefined ? `above ${exclusiveMinimum}` : `from ${lowest}`;
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return bounded ? `${noun} ${from} to ${maximum}` : `${noun} ${from}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function show(value: unknown): string {
  const plain = isNode(value) ? (value.toJSON() as unknown) : value;
  const text = JSON.stringify(plain) ?? String(plain);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function locate(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let depth = path.length; depth > 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth) as string[], true);
    if (isNode(node) && node.range) return position(lines, node.range[0]);
  }
  return '1:1';
}

function position(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${line}:${col}`;
}

/** Levenshtein's edit distance: names are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
