// kiln.yaml: its schema (also published as JSON Schema) and errors that name file, line, key, value and what is allowed.
import { join } from 'node:path';
import { LineCounter, isNode, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { KilnError } from '../base/errors.js';
import { readBytes } from '../base/files.js';
import { DEFAULT_PERCENTILE, RANGE_METHODS } from '../converter/quantization/range_choice.js';
import { DENSE_SCALES, EQUALIZATIONS } from '../converter/quantization/method.js';
import { DEFAULT_MODEL } from '../trainer/models/ds_cnn.js';
import { DEFAULT_QUANTIZATION_AWARE, DEFAULT_TRAIN_OPTIONS } from '../trainer/train_options.js';
import { DEFAULT_DETECTION } from '../trainer/detection/settings.js';
import { anomalySchema, type AnomalyConfig } from './anomaly/config.js';
import { name, positive, target, validate } from './config_parts.js';
import { bytes, duration, share } from './units.js';

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

const frontend = z.strictObject({
  kind: z.literal('log-mel').default('log-mel'),
  sampleRate: positive.default(16000),
  window: duration.default(30),
  stride: duration.default(20),
  channels: positive.max(128).default(40),
});

const model = z.strictObject({
  kind: z.literal('ds-cnn').default('ds-cnn'),
  width: positive.max(1024).default(DEFAULT_MODEL.width),
  blocks: positive.max(32).default(DEFAULT_MODEL.blocks),
  kernel: pair.default([...DEFAULT_MODEL.kernel]),
  stride: pair.default([...DEFAULT_MODEL.stride]),
  dropout: z.number().min(0).max(0.9).default(DEFAULT_MODEL.dropout),
});

const augment = z.strictObject({
  variants: positive.max(64).default(6),
  shift: duration.default(100),
  noise: z.number().min(0).max(1).default(0.8),
  specAugment: z.boolean().default(true),
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
  workers: positive.max(2).optional(),
  augment: augment.prefault({}),
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

const budget = z.strictObject({
  flash: bytes.optional(),
  ram: bytes.optional(),
  /** Of main() and every interrupt at once; a firmware without a bound is over it. */
  stack: bytes.optional(),
  accuracy: share.optional(),
});

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
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fault = document.errors[0];
  if (fault) throw invalid(`${path}:${position(lines, fault.pos[0])}`, fault.message.split('\n')[0]!, 'Mend the YAML.');
  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  const schema = isAnomaly(value) ? anomalySchema : configSchema;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw issueError(result.error.issues[0]!, { document, lines, path, value, schema: jsonSchemaOf(schema) });
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
