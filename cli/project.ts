// A project folder: where its artefacts lie. Everything that tinykiln makes is under build/, and runs are kept under .kiln/.
import { join } from 'node:path';
import { KilnError } from '../base/errors.js';
import type { AnomalyConfig } from './anomaly/config.js';
import { CONFIG_FILE, loadConfig, type AnyConfig, type Config } from './config.js';

export interface Paths {
  /** Float model, checkpoint and history. */
  train: string;
  /** What the recordings are: hash, splits, speakers. */
  data: string;
  /** Epochs, and what came out. */
  training: string;
  /** The int8 model: what everything after it reads. */
  model: string;
  /** A trained anomaly detector, and what it was fitted to. */
  detector: string;
  fit: string;
  /** Accuracy of float and int8, with confusion matrices. */
  conversion: string;
  /** Float against int8, layer by layer. */
  quantization: string;
  /** What `kiln drift --json` said. */
  drift: string;
  /** Raw int8 tensors of the test split, for validation. */
  vectors: string;
  /** Thresholds that `kiln evaluate` chose, and all that it measured. */
  detection: string;
  evaluation: string;
  firmware: string;
  /** State of running virtual boards. */
  virtual: string;
  validation: string;
  /** The validation, signed. */
  receipt: string;
  /** The record of `kiln run`, and the same as a page. */
  summary: string;
  report: string;
  /** The page of `kiln data inspect`. */
  dataPage: string;
  /** The model card; its JSON lies beside it. */
  card: string;
  /** Not under build/: runs stay when that is deleted. */
  runs: string;
  cache: string;
}

export interface Project<C extends AnyConfig = Config> {
  folder: string;
  config: C;
  paths: Paths;
}

export function pathsOf(folder: string): Paths {
  const build = (name: string) => join(folder, 'build', name);
  return {
    train: build('train'),
    data: build('data.json'),
    training: build('training.json'),
    model: build('model.tflite'),
    detector: build('detector.json'),
    fit: build('fit.json'),
    conversion: build('conversion.json'),
    quantization: build('quantization.json'),
    drift: build('drift.json'),
    vectors: build('vectors.bin'),
    detection: build('detection.json'),
    evaluation: build('evaluation.json'),
    firmware: build('firmware'),
    virtual: build('virtual'),
    validation: build('validation.json'),
    receipt: build('receipt.json'),
    summary: build('run.json'),
    report: build('report.html'),
    dataPage: build('data.html'),
    card: build('model-card.md'),
    runs: join(folder, '.kiln', 'runs'),
    cache: build('cache'),
  };
}

export type AnomalyProject = Project<AnomalyConfig>;

/** @throws KilnError `file-unreadable`, `config-invalid`, or `task-other` where it is another task's. */
export function openProject(folder: string): Project {
  const project = openAnyProject(folder);
  if (isClassification(project)) return project;
  throw otherTask(folder, 'anomaly');
}

/** As `openProject`, of `task: anomaly`. */
export function openAnomalyProject(folder: string): AnomalyProject {
  const project = openAnyProject(folder);
  if (isAnomaly(project)) return project;
  throw otherTask(folder, 'classification');
}

/** @throws KilnError `file-unreadable` or `config-invalid`. */
export function openAnyProject(folder: string): Project<AnyConfig> {
  return { folder, config: loadConfig(folder), paths: pathsOf(folder) };
}

export function isAnomaly(project: Project<AnyConfig>): project is AnomalyProject {
  return project.config.task === 'anomaly';
}

function isClassification(project: Project<AnyConfig>): project is Project {
  return project.config.task === 'classification';
}

function otherTask(folder: string, task: AnyConfig['task']): KilnError {
  const where = `${join(folder, CONFIG_FILE)}: task`;
  const todo = 'Name another project with -C; `kiln run` and `kiln train` take both tasks.';
  return new KilnError('task-other', { where, what: `this command is not for \`${task}\``, todo });
}
