// A project's ear: whether its firmware listens, and by which thresholds.
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { KilnError } from '../base/errors.js';
import { readBytes, writeAtomic } from '../base/files.js';
import { modelHash } from '../converter/compile.js';
import { metadataOf } from '../converter/metadata.js';
import { loadBoard } from '../firmware-templates/index.js';
import type { DetectionSettings } from '../trainer/detection/settings.js';
import { loadFirmwareConfig, type FirmwareConfig } from './config.js';
import type { Context } from './context.js';
import { earOf, requireConfigured, type Ear } from './listening.js';
import type { Model } from './model.js';
import { pathsOf } from './project.js';

/** What `kiln evaluate` chose: build/detection.json. */
const chosenSchema = z.object({
  /** Of the model that it was measured on. */
  model: z.string(),
  /** In 1/256, by keyword. */
  thresholds: z.record(z.string(), z.number().int().min(1).max(255)),
});
export type Chosen = z.output<typeof chosenSchema>;

function settingsOf({ detection }: FirmwareConfig): DetectionSettings {
  const { step, smoothing, refractory, threshold, keywords, gate } = detection;
  return {
    ...{ stepMs: step, smoothingMs: smoothing, refractoryMs: refractory, threshold, keywords },
    gate: gate && { level: gate.level, holdMs: gate.hold },
  };
}

/** The ear of a model, with the project's settings where there is a project. @throws KilnError of `earOf`, `frontend-mismatch` */
export function projectEar(model: Model, folder: string): Ear {
  const config = loadFirmwareConfig(folder);
  const paths = pathsOf(folder);
  if (config.data !== undefined && model.path === paths.model) requireConfigured(model, config);
  return earOf(model, settingsOf(config), readChosen(paths.detection, model)?.thresholds);
}

/**
 * What the firmware for a board is to listen with: undefined where the model names no front end, where the core is too small
 * for one, or where `wanted` is false.
 */
export function firmwareEar(model: Model, boardName: string, wanted: boolean, context: Context): Ear | undefined {
  if (!wanted || !metadataOf(model.graph).frontend) return undefined;
  const { project, boards, reporter } = context;
  if (loadBoard(boardName, boards).core.startsWith('avr')) {
    reporter.notice(`${boardName} listens to nothing: the front end needs a 32-bit core`);
    return undefined;
  }
  try {
    return projectEar(model, project);
  } catch (error) {
    if (!(error instanceof KilnError) || error.code !== 'model-deaf') throw error;
    reporter.notice(`the firmware listens to nothing: ${error.problem.what}`);
    return undefined;
  }
}

export function writeChosen(path: string, chosen: Chosen): void {
  writeAtomic(path, `${JSON.stringify(chosen, null, 2)}\n`);
}

/** Undefined where nothing was chosen for this model. */
function readChosen(path: string, model: Model): Chosen | undefined {
  if (!existsSync(path)) return undefined;
  const chosen = parse(path);
  return chosen.model === modelHash(model.bytes) ? chosen : undefined;
}

/** @throws KilnError `detection-file` */
function parse(path: string): Chosen {
  try {
    return chosenSchema.parse(JSON.parse(readBytes(path).toString('utf8')));
  } catch (error) {
    const todo = 'Make it anew with `kiln evaluate`, or remove it.';
    throw new KilnError('detection-file', { where: path, what: 'no thresholds can be read in it', todo }, 'user', {
      cause: error,
    });
  }
}
