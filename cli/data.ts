// From the config's data and frontend keys to features, through the cache.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DataOptions } from '../trainer/datasets/dataset.js';
import { MANIFEST_FILE } from '../trainer/datasets/manifest.js';
import { MICRO_SPEECH, type FrontendSpec } from '../trainer/frontend/micro_frontend.js';
import type { FeatureSet } from '../trainer/features.js';
import { writeAtomic } from '../base/files.js';
import type { Arguments } from './commands.js';
import type { Config } from './config.js';
import type { Context } from './context.js';
import { describeData } from './data_record.js';
import type { Project } from './project.js';

/** The front end's spec: micro_speech's settings with those of the config. */
export function frontendSpec({ frontend }: Pick<Config, 'frontend'>): FrontendSpec {
  const { sampleRate, window, stride, channels } = frontend;
  return { ...MICRO_SPEECH, sampleRate, windowMs: window, strideMs: stride, channels };
}

/** Where the recordings are, where the command line says so: instead of the config's `data.source` and `data.path`. */
export interface DataOverride {
  /** A folder: a manifest where it holds or is given one, else a folder per class. */
  data?: string | undefined;
  manifest?: string | undefined;
}

export function dataOverride({ data, manifest }: Arguments): DataOverride {
  return { data: data as string | undefined, manifest: manifest as string | undefined };
}

export function dataOptions(project: Project, cwd: string, override: DataOverride): DataOptions {
  const { data, train, frontend } = project.config;
  return {
    ...placeOf(project, cwd, override),
    unknown: data.unknown,
    silence: data.silence,
    seed: train.seed,
    sampleRate: frontend.sampleRate,
    ...(data.labels && { labels: data.labels }),
    ...(data.split && { split: data.split }),
  };
}

/** The command line's folder, or else the config's. */
function placeOf({ folder, config: { data } }: Project, cwd: string, override: DataOverride) {
  const { source, manifest } = data;
  if (override.data === undefined && override.manifest === undefined) {
    return { source, path: resolve(folder, data.path), ...(manifest && { manifest: resolve(folder, manifest) }) };
  }
  const path = override.data === undefined ? resolve(folder, data.path) : resolve(cwd, override.data);
  const listed = override.manifest !== undefined || path.endsWith('.csv') || existsSync(join(path, MANIFEST_FILE));
  return {
    source: listed ? ('manifest' as const) : ('speech-folder' as const),
    path,
    ...(override.manifest !== undefined && { manifest: resolve(cwd, override.manifest) }),
  };
}

/** Reads the recordings and turns them into features; what was cached is not computed again. */
export async function loadFeatures(project: Project, context: Context, override: DataOverride): Promise<FeatureSet> {
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
  const described = describeData(dataset, project.config.data);
  writeAtomic(project.paths.data, `${JSON.stringify(described, null, 2)}\n`);
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
