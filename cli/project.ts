// A project folder: where its artefacts lie. Everything that tinykiln writes is under build/.
import { join } from 'node:path';
import { loadConfig, type Config } from './config.js';

export interface Paths {
  /** Float model, checkpoint and history. */
  train: string;
  /** The int8 model: what everything after it reads. */
  model: string;
  /** A trained anomaly detector. */
  detector: string;
  /** Accuracy of float and int8, with confusion matrices. */
  conversion: string;
  /** Raw int8 tensors of the test split, for validation. */
  vectors: string;
  /** Thresholds that `kiln evaluate` chose, and all that it measured. */
  detection: string;
  evaluation: string;
  firmware: string;
  /** State of running virtual boards. */
  virtual: string;
  validation: string;
  /** The record of `kiln run`, and the same as a page. */
  summary: string;
  report: string;
  cache: string;
}

export interface Project {
  folder: string;
  config: Config;
  paths: Paths;
}

export function pathsOf(folder: string): Paths {
  const build = (name: string) => join(folder, 'build', name);
  return {
    train: build('train'),
    model: build('model.tflite'),
    detector: build('detector.json'),
    conversion: build('conversion.json'),
    vectors: build('vectors.bin'),
    detection: build('detection.json'),
    evaluation: build('evaluation.json'),
    firmware: build('firmware'),
    virtual: build('virtual'),
    validation: build('validation.json'),
    summary: build('run.json'),
    report: build('report.html'),
    cache: build('cache'),
  };
}

/** @throws KilnError `file-unreadable` or `config-invalid`. */
export function openProject(folder: string): Project {
  return { folder, config: loadConfig(folder), paths: pathsOf(folder) };
}
