// What decides when a stream of posteriors is a detection: whole numbers alone, the same on host and device.
import { KilnError } from '../../base/errors.js';

export interface DetectionSpec {
  /** Posteriors that are averaged, 1 … 64. */
  smoothing: number;
  /** Of each class: the mean posterior in 1/256 at which it is detected, 1 … 255; NEVER for what is no keyword. */
  thresholds: readonly number[];
  /** Steps after a detection in which there is no other, 0 … 65535. */
  refractory: number;
  gate: GateSpec;
}

export interface GateSpec {
  /** Variance of a step's samples, in units of their last bit squared, from which on the model runs; 0: always. */
  level: number;
  /** Steps for which it goes on running after a loud one, 0 … 65535. */
  hold: number;
}

/** A threshold that no mean reaches. */
export const NEVER = 256;

const MOST_SMOOTHING = 64;
const MOST_STEPS = 65535;
const MOST_LEVEL = 2 ** 30;

/** @throws KilnError `detection-invalid` that names the setting. */
export function checkDetection({ smoothing, thresholds, refractory, gate }: DetectionSpec): void {
  requireWhole('smoothing', smoothing, 1, MOST_SMOOTHING);
  thresholds.forEach((threshold, i) => requireWhole(`thresholds.${i}`, threshold, 1, NEVER));
  if (thresholds.every((threshold) => threshold === NEVER)) {
    throw invalid('thresholds', 'no class can be detected', `Give one of them at least a threshold below ${NEVER}.`);
  }
  requireWhole('refractory', refractory, 0, MOST_STEPS);
  requireWhole('gate.level', gate.level, 0, MOST_LEVEL);
  requireWhole('gate.hold', gate.hold, 0, MOST_STEPS);
}

function requireWhole(key: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(key, `${value}`, `Give a whole number from ${least} to ${most}.`);
}

function invalid(key: string, what: string, todo: string): KilnError {
  return new KilnError('detection-invalid', { where: `detection.${key}`, what, todo });
}
