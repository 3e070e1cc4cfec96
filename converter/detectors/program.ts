// A detector's program: its steps in order, and where in its memory each leaves what.
import { KilnError } from '../../base/errors.js';
import { sha256 } from '../../base/files.js';
import { C_TYPES, type CType } from '../../base/c_literals.js';
import type { Drift } from '../drift/drift.js';
import type { Alarm } from './alarm.js';
import type { Detector, StageC } from './detector.js';
import type { Recentre } from './recentre.js';
import type { FrontEnd } from './sensor_front_end.js';

export interface DetectorProgram {
  /** Prefix of everything that is exported: a C identifier. */
  name: string;
  /** How a board and a host know it: 16 hexadecimal digits; left out, zeros. */
  hash?: string;
  /** Makes the detector's input of a window of samples; left out where it reads samples or features themselves. */
  frontEnd?: FrontEnd;
  /** Moves the features to where those of training lay. */
  recentre?: Recentre;
  detector: Detector;
  alarm?: Alarm;
  /** Watches the features, or the samples where there are none, and the first score. */
  drift?: Drift;
}

/** A stage in the program: its constants and state have its name before theirs. */
export interface Step {
  name: 'front_end' | 'recentre' | 'detector' | 'alarm' | 'drift';
  stage: StageC;
  /** What it reads and writes, as C names it. */
  operands: string[];
  /** The field that it writes; of what it keeps there may be another, `…_state`, beside it. */
  writes: 'features' | 'centred' | 'output' | 'alarm' | 'drift';
}

/** A part of the program's memory. */
export interface Field {
  name: string;
  type: string;
  count: number;
  elementBytes: number;
}

/** A field whose place the host knows: those that steps hand on. Bytes. */
export interface Place {
  name: string;
  offset: number;
  bytes: number;
  elementBytes: number;
}

/** What callers fill and read: names as in the header, counts in elements, sizes in bytes. */
export interface DetectorEnds {
  inputs: { name: string; count: number; bytes: number }[];
  outputs: { name: string; count: number; bytes: number }[];
}

export function detectorEnds(program: DetectorProgram): DetectorEnds {
  const { type, count } = inputOf(program);
  const words = (name: string, words: number) => ({ name, count: words, bytes: 4 * words });
  return {
    inputs: [{ name: 'input', count, bytes: count * C_TYPES[type] }],
    outputs: [
      words('output', program.detector.outputs),
      ...(program.alarm ? [words('alarm', 1)] : []),
      ...driftEnd(program),
    ],
  };
}

/** Which quantities have moved and how many windows there were, and the state. */
function driftEnd(program: DetectorProgram): DetectorEnds['outputs'] {
  if (!program.drift) return [];
  const kept = placesOf(program).filter(({ name }) => name.startsWith('drift'));
  const bytes = kept.reduce((sum, place) => sum + place.bytes, 0);
  return [{ name: 'drift', count: bytes, bytes }];
}

export function inputOf({ frontEnd, detector }: DetectorProgram): Detector['input'] {
  return frontEnd ? { type: 'int16_t', count: frontEnd.inputs } : detector.input;
}

/** @throws KilnError `detector-invalid` where the detector does not read what the front end makes */
export function checkFeatures({ name, frontEnd, detector }: DetectorProgram): void {
  const { type, count } = detector.input;
  const { type: made = 'int16_t', outputs } = frontEnd ?? {};
  if (!frontEnd || (type === made && count === outputs)) return;
  const what = `the detector reads ${count} values of ${type}, and the front end makes ${outputs} of ${made}`;
  throw new KilnError('detector-invalid', {
    where: name,
    what,
    todo: 'Fit the detector to the features of this front end.',
  });
}

export function stepsOf({ frontEnd, recentre, detector, alarm, drift }: DetectorProgram): Step[] {
  const values = frontEnd ? 'memory.features' : 'input';
  const watched = frontEnd?.type === 'int32_t' ? 'input' : values;
  const step = (name: Step['name'], stage: StageC, reads: string[], writes: Step['writes']): Step => ({
    ...{ name, stage, writes },
    operands: [
      ...(stage.state ? [`memory.${name}_state`] : []),
      ...(stage.kept ? ['memory.kept + 1'] : []),
      ...reads,
      `memory.${writes}`,
    ],
  });
  return [
    ...(frontEnd ? [step('front_end', frontEnd.c, ['input'], 'features')] : []),
    ...(recentre ? [step('recentre', recentre.c, [values], 'centred')] : []),
    step('detector', detector.c, [recentre ? 'memory.centred' : values], 'output'),
    ...(alarm ? [step('alarm', alarm.c, ['memory.output'], 'alarm')] : []),
    ...(drift ? [step('drift', drift.c, ['input', watched, 'memory.output'], 'drift')] : []),
  ];
}

/**
 * What steps hand on, the results first: scores, then the alarm's word, whose first byte is 0 or 1. And what is kept of
 * drift.
 */
function handedOn({ frontEnd, recentre, detector, alarm, drift }: DetectorProgram): Field[] {
  const field = (name: string, type: CType, count: number): Field => ({
    ...{ name, type, count, elementBytes: C_TYPES[type] },
  });
  const kept = keptWords({ recentre, alarm });
  return [
    field('output', 'int32_t', detector.outputs),
    ...(alarm ? [field('alarm', 'int32_t', 1)] : []),
    ...(drift ? [field('drift', 'int32_t', 2), { name: 'drift_state', ...drift.c.state! }] : []),
    ...(kept > 0 ? [field('kept', 'int32_t', 1 + kept)] : []),
    ...(frontEnd ? [field('features', detector.input.type, detector.input.count)] : []),
    ...(recentre ? [field('centred', 'int16_t', recentre.features)] : []),
  ];
}

/** Words that a calibration finds; before them lies one that their check takes where they are saved. */
export function keptWords({ recentre, alarm }: Pick<DetectorProgram, 'recentre' | 'alarm'>): number {
  return (recentre?.kept ?? 0) + (alarm?.kept ?? 0);
}

/** All that lies in the memory, in order. */
export function fieldsOf(program: DetectorProgram): Field[] {
  const first = handedOn(program);
  const states = stepsOf(program).flatMap(({ name, stage: { state } }) =>
    state ? [{ name: `${name}_state`, ...state }] : [],
  );
  return [...first, ...states.filter(({ name }) => first.every((field) => field.name !== name))];
}

/** No compiler puts anything between these: words come first. */
export function placesOf(program: DetectorProgram): Place[] {
  let offset = 0;
  return handedOn(program).map(({ name, count, elementBytes }) => {
    const bytes = count * elementBytes;
    offset += bytes;
    return { name, offset: offset - bytes, bytes, elementBytes };
  });
}

/** Bytes that steps hand on and keep, as no compiler takes less. */
export function memoryBytes(program: DetectorProgram): number {
  const own = fieldsOf(program).reduce((sum, { count, elementBytes }) => sum + count * elementBytes, 0);
  return own + networkSum(program, 'memoryBytes');
}

/** Bytes of the scores, little-endian, and of the alarm. */
export function resultBytes({ detector, alarm }: DetectorProgram): number {
  return 4 * detector.outputs + (alarm ? 1 : 0);
}

/** Names the places and the steps: 8 hexadecimal digits. */
export function planIdOf(program: DetectorProgram): string {
  const steps = stepsOf(program).map(({ stage }) => stage.kernel);
  return sha256(JSON.stringify([steps, placesOf(program)])).slice(0, 8);
}

/** Bytes of constants. */
export function constantBytes(program: DetectorProgram): number {
  const arrays = stepsOf(program).flatMap(({ stage }) => stage.arrays);
  const own = arrays.reduce((sum, { type, values }) => sum + C_TYPES[type] * values.length, 0);
  return own + networkSum(program, 'constantBytes');
}

function networkSum(program: DetectorProgram, key: 'constantBytes' | 'memoryBytes'): number {
  return stepsOf(program).reduce((sum, { stage }) => sum + (stage.network?.[key] ?? 0), 0);
}
