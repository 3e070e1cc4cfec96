// Detection in a stream as C: its settings as constants, and the functions of detection/ that they are inlined into.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Mustache from 'mustache';
import { arrayLiteral } from '../base/c_literals.js';
import { packageRoot } from '../base/files.js';
import type { ProjectFile } from './project_folder.js';

/** Checked whole numbers; the trainer's `DetectionSpec` says what they mean. */
export interface DetectionData {
  smoothing: number;
  thresholds: readonly number[];
  refractory: number;
  gate: { level: number; hold: number };
}

/** detection.h and detection.c, which need the headers that `runtimeFor` finds for them. @param name prefix: the model's */
export function renderDetection({ thresholds, ...data }: DetectionData, name: string): ProjectFile[] {
  const classes = thresholds.length;
  const table = arrayLiteral('uint16_t', 'thresholds', thresholds);
  const view = { ...data, name, macro: name.toUpperCase(), classes, thresholds: table };
  return ['detection.h', 'detection.c'].map((path) => ({ path, text: Mustache.render(template(path), view) }));
}

function template(path: string): string {
  return readFileSync(join(packageRoot(), 'firmware-templates', 'detection', `${path}.mustache`), 'utf8');
}
