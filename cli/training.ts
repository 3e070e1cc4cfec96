// Training as the commands see it: from the config to a trained model, with progress.
import { train, type TrainProgress, type TrainRequest, type TrainResult } from '../trainer/train.js';
import { DEFAULT_SPEC_AUGMENT } from '../trainer/train_options.js';
import { rmSync } from 'node:fs';
import { writeAtomic } from '../base/files.js';
import { percent } from './budget.js';
import type { Context } from './context.js';
import type { ProjectFeatures } from './data.js';
import { teacherOf } from './distillation.js';
import type { Project } from './project.js';

export interface TrainingOptions {
  workers?: number | undefined;
  /** Forget a checkpoint. */
  fresh?: boolean;
}

export async function trainProject(
  project: Project,
  features: ProjectFeatures,
  { workers = project.config.train.workers, fresh = false }: TrainingOptions,
  context: Context,
): Promise<TrainResult> {
  const { reporter } = context;
  if (fresh) rmSync(project.paths.train, { recursive: true, force: true });
  const request = requestOf(project, features, workers, context);
  const teacher = await teacherOf(project, features, request, context);
  const result = await train({ ...request, ...(teacher && { teacher }) });
  writeAtomic(project.paths.training, `${JSON.stringify(result, null, 2)}\n`);
  reporter.line(
    `${result.parameters.toLocaleString('en')} parameters, ${result.macs.toLocaleString('en')} MACs; ` +
      `best on val: ${percent(result.best.valAccuracy)} in epoch ${result.best.epoch} of ${result.history.length}`,
  );
  reporter.line(
    `${result.seconds.toFixed(0)} s, ${result.examplesPerSecond.toFixed(0)} examples/s on ${result.workers} ` +
      `worker${result.workers > 1 ? 's' : ''} (${result.backend}), weights ${result.sha256.slice(0, 16)}`,
  );
  return result;
}

function requestOf(
  { config, paths }: Project,
  features: ProjectFeatures,
  workers: number | undefined,
  { reporter, signal }: Context,
): TrainRequest {
  const { augment, quantizationAware = false, workers: _, distill: _teacher, ...options } = config.train;
  return {
    features,
    model: config.model,
    options: {
      ...{ ...options, quantizationAware, mixup: augment.mixup },
      specAugment: augment.specAugment && DEFAULT_SPEC_AUGMENT,
    },
    directory: paths.train,
    ...(workers && { workers }),
    signal,
    onNotice: (text) => reporter.notice(text),
    onProgress: (progress) => reporter.progress('train', ...progressOf(progress)),
  };
}

function progressOf(p: TrainProgress): [done: number, total: number, detail: string] {
  const val = p.valAccuracy === undefined ? '' : ` val ${percent(p.valAccuracy)}`;
  const detail = `loss ${p.loss.toFixed(3)} acc ${percent(p.accuracy)}${val} · ${clock(p.secondsLeft)} left`;
  return [(p.epoch - 1) * p.steps + p.step, p.epochs * p.steps, `epoch ${p.epoch}/${p.epochs} ${detail}`];
}

/** 75 → 1:15. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
