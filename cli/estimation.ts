// The estimate of a model's firmware, or of a project's: trained or not yet.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { KilnError } from '../base/errors.js';
import type { Optimize } from '../converter/codegen/kernel_functions.js';
import { compile } from '../converter/compile.js';
import { loadBoard } from '../firmware-templates/index.js';
import { loadConfig, loadFirmwareConfig, type Config } from './config.js';
import type { Context } from './context.js';
import { readDetectorModel, type DetectorModel } from './detector_model.js';
import { firmwareEar } from './ear.js';
import { estimateNetwork, type Estimate } from './estimate.js';
import { estimateDetector } from './estimate_detector.js';
import { streamOf } from './listening.js';
import { readModel, type Model } from './model.js';
import { pathsOf } from './project.js';
import { sensorStreamOf } from './sensor_listening.js';
import { untrainedModel } from './untrained.js';

export interface EstimateOptions {
  board: string;
  optimize: Optimize;
  /** Whether the firmware listens where its model can. */
  stream: boolean;
}

/** As `kiln project` would write it. @throws KilnError `estimate-none`, those of `compile` */
export function estimateModel(model: Model, { board, optimize, stream }: EstimateOptions, context: Context): Estimate {
  const sheet = loadBoard(board, context.boards);
  const ear = firmwareEar(model, board, stream, context);
  const compiled = compile(model.graph, { name: 'model', tflite: model.bytes, core: sheet.kernels, optimize });
  return estimateNetwork({ compiled, optimize, stream: ear && streamOf(ear) }, sheet);
}

/** @throws KilnError `estimate-none` */
export function estimateDetectorModel(
  model: DetectorModel,
  { board, stream }: EstimateOptions,
  { boards }: Context,
): Estimate {
  return estimateDetector(model.program, stream ? sensorStreamOf(model) : undefined, loadBoard(board, boards));
}

export interface ProjectEstimate extends Estimate {
  /** The file that was estimated; undefined for a network before its training. */
  model: string | undefined;
}

/**
 * Of the project's firmware for its board: of its model, or before there is one, of the shape that its config asks for.
 * @throws KilnError `estimate-none`; `model-missing` where nothing says what the model will be
 */
export function estimateProject(context: Context): ProjectEstimate {
  const { project } = context;
  const config = loadFirmwareConfig(project);
  const paths = pathsOf(project);
  const { board, runtime, optimize, stream } = config.target;
  if (runtime === 'tflm') throw interpreted(project);
  const options = { board, optimize, stream };
  const named = config.size.model === undefined ? undefined : resolve(project, config.size.model);
  if (config.task === 'anomaly') {
    const path = named ?? paths.detector;
    return { ...estimateDetectorModel(readDetectorModel(path), options, context), model: path };
  }
  const path = named ?? paths.model;
  if (existsSync(path) || config.data === undefined)
    return { ...estimateModel(readModel(path), options, context), model: path };
  return { ...estimateModel(untrained(project), options, context), model: undefined };
}

function untrained(project: string): Model {
  const config = loadConfig(project) as Config;
  const { labels } = config.data;
  if (labels) return untrainedModel(config, labels, pathsOf(project).model);
  const what = 'there is no model yet, and `data.labels` does not say how many classes it will have';
  const todo = 'Name them in kiln.yaml, or make the model with `kiln run`.';
  throw new KilnError('model-missing', { where: project, what, todo });
}

function interpreted(where: string): KilnError {
  const what = "TensorFlow Lite Micro's interpreter is not estimated";
  return new KilnError('estimate-none', { where, what, todo: 'Choose `target.runtime: compiled`, or build it.' });
}
