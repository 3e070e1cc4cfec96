// The audio front end as C: its tables and settings as constants, and the functions of frontend/ that they are inlined into.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Mustache from 'mustache';
import { arrayLiteral, C_TYPES, type CType } from '../base/c_literals.js';
import { KilnError } from '../base/errors.js';
import { packageRoot } from '../base/files.js';
import type { ProjectFile } from './project_folder.js';

/** What a front end consists of; trainer's `frontendTables` makes it out of the spec of training. */
export interface FrontendData {
  sampleRate: number;
  /** Samples in a frame, from frame to frame, and in the FFT. */
  window: number;
  stride: number;
  fft: number;
  channels: number;
  /** Of a model, in a frame. */
  features: number;
  coefficients: Int16Array;
  places: Uint16Array;
  twiddles: Int16Array;
  splitTwiddles: Int16Array;
  bands: { edges: Uint16Array; weights: Int16Array; rest: Int16Array };
  noise: { smoothing: readonly [even: number, odd: number]; remaining: number; smoothingBits: number };
  pcan: { gains: Int16Array; snrShift: number } | undefined;
  log: { table: Uint16Array; correctionBits: number; shift: number };
  /** Undefined: a model's features are the channels. */
  mfcc: { cosines: Int16Array; shift: number } | undefined;
}

export interface FrontendNames {
  /** Prefix of the generated names, of macros in capitals: the model's. */
  name: string;
  /** Hex SHA-256 of the spec, as the model's metadata has it. */
  sha256: string;
}

/** The root of 256 i, rounded down, at i − 64: where tk_root.h begins. */
const ROOTS = Uint8Array.from({ length: 192 }, (_, i) => Math.sqrt(256 * (i + 64)));
const Q14 = 1 << 14;

/**
 * frontend.h and frontend.c; they need the headers that `runtimeFor` finds for them.
 * @throws KilnError `frontend-unsupported` where a setting leaves the integers of the C functions
 */
export function renderFrontend(data: FrontendData, { name, sha256 }: FrontendNames): ProjectFile[] {
  checkSettings(data);
  const { window, stride, channels, features, sampleRate, fft, noise, pcan, log, mfcc } = data;
  const view = {
    ...{ name, macro: name.toUpperCase(), sha256, hash: sha256.slice(0, 8), tables: tablesOf(data) },
    ...{ window, stride, channels, sampleRate, points: fft / 2, frame: evenCount(window) },
    ...{ noise, even: noise.smoothing[0], odd: noise.smoothing[1], gains: pcan ? 'gains' : 'NULL' },
    ...{ snrShift: pcan?.snrShift ?? 0, log, mfcc, features },
  };
  return ['frontend.h', 'frontend.c'].map((path) => ({ path, text: Mustache.render(template(path), view) }));
}

interface Table {
  type: CType;
  name: string;
  values: ArrayLike<number>;
  aligned?: boolean;
}

function tablesOf(data: FrontendData): string {
  return tables(data)
    .map(({ type, name, values, aligned }) => arrayLiteral(type, name, values, aligned))
    .join('\n');
}

/** Bytes of all tables in flash. */
export function frontendTableBytes(data: FrontendData): number {
  return tables(data).reduce((sum, { type, values }) => sum + C_TYPES[type] * values.length, 0);
}

function tables({ coefficients, places, twiddles, splitTwiddles, bands, pcan, log, mfcc, fft }: FrontendData): Table[] {
  const paired = new Int16Array(evenCount(coefficients.length));
  paired.set(coefficients);
  /** The last quarter of the roots of unity is not used. */
  const used = twiddles.subarray(0, 2 * Math.ceil((3 * fft) / 8));
  return [
    { type: 'int16_t', name: 'coefficients', values: paired, aligned: true },
    { type: 'uint16_t', name: 'places', values: places },
    { type: 'int16_t', name: 'twiddles', values: used, aligned: true },
    { type: 'int16_t', name: 'split_twiddles', values: splitTwiddles, aligned: true },
    { type: 'uint16_t', name: 'edges', values: bands.edges },
    { type: 'uint16_t', name: 'falling', values: bands.weights },
    { type: 'uint16_t', name: 'rising', values: bands.rest },
    { type: 'uint8_t', name: 'roots', values: ROOTS },
    ...(pcan ? [{ type: 'int16_t', name: 'gains', values: pcan.gains } as const] : []),
    { type: 'uint16_t', name: 'log_table', values: log.table },
    ...(mfcc ? [{ type: 'int16_t', name: 'cosines', values: mfcc.cosines } as const] : []),
  ];
}

function checkSettings({ noise, pcan, log }: FrontendData): void {
  requireRange('noiseReduction.smoothingBits', noise.smoothingBits, 31);
  for (const share of [...noise.smoothing, noise.remaining]) requireRange('noiseReduction, a share in Q14', share, Q14);
  requireRange('logShift', log.shift, 31);
  if (!pcan) return;
  requireRange("pcan.gainBits, less the signal's and the ratio's", pcan.snrShift, 31);
}

function requireRange(setting: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new KilnError('frontend-unsupported', {
    where: `front end, ${setting}`,
    what: `${value} is outside of 0 to ${most}`,
    todo: 'Train with settings nearer to the default ones.',
  });
}

const evenCount = (count: number) => count + (count % 2);

function template(path: string): string {
  return readFileSync(join(packageRoot(), 'firmware-templates', 'frontend', `${path}.mustache`), 'utf8');
}
