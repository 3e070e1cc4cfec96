// What a model has to say beside its graph, inside the .tflite: labels, the front end that feeds it, normalisation.
import { z } from 'zod';
import { KilnError, messageOf } from '../base/errors.js';
import { sha256 } from '../base/files.js';
import type { Graph } from './graph/graph.js';

/** The metadata entry of a .tflite that holds all of it, as JSON. */
export const METADATA_KEY = 'tinykiln';

const VERSION = 1;
const MAX_VALUES = 2 ** 16;

const frontendSchema = z.object({
  /** Which front end: micro-speech. */
  kind: z.string().max(100),
  /** Everything that its output depends on. */
  parameters: z.record(z.string().max(100), z.json()),
  /** Of kind and parameters: two models with the same hash take the same features. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const statistics = z.array(z.number()).min(1).max(MAX_VALUES);

const metadataSchema = z.object({
  version: z.literal(VERSION),
  /** Of the output's classes, in order. */
  labels: z.array(z.string().max(1000)).max(MAX_VALUES).optional(),
  frontend: frontendSchema.optional(),
  /** The model takes (value − mean) / deviation: one pair for all values, or one for each channel of the last dimension. */
  normalization: z.object({ mean: statistics, deviation: statistics }).optional(),
});

export type FrontendMetadata = z.output<typeof frontendSchema>;
export type ModelMetadata = Omit<z.output<typeof metadataSchema>, 'version'>;

/** A front end's entry, with the hash that names it whatever the order of its parameters. */
export function frontendMetadata(kind: string, parameters: object): FrontendMetadata {
  const sorted = inOrder(parameters) as FrontendMetadata['parameters'];
  return { kind, parameters: sorted, sha256: sha256(JSON.stringify({ kind, parameters: sorted })) };
}

/**
 * Refuses a model that was trained on other features than a front end gives.
 * @param model its name, for messages
 * @throws KilnError `frontend-mismatch` that names a parameter, `frontend-unnamed` where the model does not say what it takes
 */
export function requireFrontend(model: string, { frontend: trained }: ModelMetadata, given: FrontendMetadata): void {
  if (!trained) {
    const todo = 'Train it with tinykiln, or feed it features of your own.';
    throw new KilnError('frontend-unnamed', {
      where: model,
      what: 'it does not say which front end it was trained on',
      todo,
    });
  }
  if (trained.sha256 === given.sha256) return;
  const name = ({ kind, sha256: hash }: FrontendMetadata) => `${kind} ${hash.slice(0, 12)}`;
  const what = `it was trained on features of ${name(trained)}, not of ${name(given)}: ${difference(trained, given)}`;
  const todo = 'Give the front end the settings of training, or train again.';
  throw new KilnError('frontend-mismatch', { where: model, what, todo });
}

/** The first thing that two front ends do not share. */
function difference(trained: FrontendMetadata, given: FrontendMetadata): string {
  if (trained.kind !== given.kind) return `${trained.kind} there, ${given.kind} here`;
  const keys = [...new Set([...Object.keys(trained.parameters), ...Object.keys(given.parameters)])].sort();
  const text = ({ parameters }: FrontendMetadata, key: string) => JSON.stringify(parameters[key]) ?? 'nothing';
  const key = keys.find((one) => text(trained, one) !== text(given, one));
  return key ? `${key} is ${text(trained, key)} there, ${text(given, key)} here` : 'a hash does not fit its parameters';
}

/** The same value with the keys of all its objects sorted. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, inOrder(item)]));
}

/** As entries of `Graph.metadata`. */
export function encodeMetadata(metadata: ModelMetadata): Map<string, Uint8Array> {
  const text = JSON.stringify({ version: VERSION, ...metadata });
  return new Map([[METADATA_KEY, new TextEncoder().encode(text)]]);
}

/**
 * What the graph's file says; empty where tinykiln did not write it.
 * @throws KilnError `metadata-invalid` where the entry is damaged or of a later version
 */
export function metadataOf({ name, metadata }: Graph): ModelMetadata {
  const bytes = metadata.get(METADATA_KEY);
  if (!bytes) return {};
  const parsed = metadataSchema.safeParse(parse(bytes, name));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw invalid(name, `at ${path.join('.') || 'its top'}: ${message}`);
  }
  const { version: _, ...rest } = parsed.data;
  return rest;
}

function parse(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalid(name, `is not JSON: ${messageOf(error)}`);
  }
}

function invalid(name: string, what: string): KilnError {
  const todo = 'Convert the model again, or update tinykiln.';
  return new KilnError('metadata-invalid', { where: `${name}, metadata "${METADATA_KEY}"`, what, todo });
}
