// From the config's data and frontend keys to features, through the cache.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DataOptions } from '../trainer/datasets/dataset.js';
import { MICRO_SPEECH, type FrontendSpec } from '../trainer/frontend/micro_frontend.js';
import type { FeatureSet } from '../trainer/features.js';
import type { Config } from './config.js';
import type { Context } from './context.js';
import type { Project } from './project.js';

/** The front end's spec: micro_speech's settings with those of the config. */
export function frontendSpec({ frontend }: Config): FrontendSpec {
  const { sampleRate, window, stride, channels } = frontend;
  return { ...MICRO_SPEECH, sampleRate, windowMs: window, strideMs: stride, channels };
}

/** @param override a folder given on the command line: a manifest where it holds one, else a folder per class. */
export function dataOptions({ folder, config }: Project, cwd: string, override?: string): DataOptions {
  const { data, train, frontend } = config;
  const path = override === undefined ? resolve(folder, data.path) : resolve(cwd, override);
  const found = existsSync(join(path, 'manifest.csv')) ? 'manifest' : 'speech-folder';
  return {
    source: override === undefined ? data.source : found,
    path,
    unknown: data.unknown,
    silence: data.silence,
    seed: train.seed,
    sampleRate: frontend.sampleRate,
    ...(data.labels && { labels: data.labels }),
    ...(data.split && { split: data.split }),
  };
}

/** Reads the recordings and turns them into features; what was cached is not computed again. */
export async function loadFeatures(project: Project, context: Context, override?: string): Promise<FeatureSet> {
  const { reporter, cwd } = context;
  const [{ loadDataset }, { extractFeatures }] = await Promise.all([
    import('../trainer/datasets/dataset.js'),
    import('../trainer/features.js'),
  ]);
  const { augment, seed } = project.config.train;
  const dataset = await loadDataset({
    ...dataOptions(project, cwd, override),
    onProgress: (done, total) => reporter.progress('synthesize', done, total),
  });
  for (const notice of dataset.notices) reporter.notice(notice);
  const count = (split: string) => dataset.clips.filter((clip) => clip.split === split).length;
  reporter.line(
    `${dataset.clips.length} clips of ${dataset.labels.length} classes: ` +
      `train ${count('train')}, val ${count('val')}, test ${count('test')}`,
  );
  return extractFeatures(dataset, {
    frontend: frontendSpec(project.config),
    variants: augment.variants,
    augment: { shiftMs: augment.shift, noise: augment.noise },
    seed,
    cacheDirectory: project.paths.cache,
    onProgress: (done, total) => reporter.progress('features', done, total),
    onNotice: (text) => reporter.notice(text),
  });
}
