// From the config's data and frontend keys to features, through the cache.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Augmentation } from '../trainer/augmentation.js';
import type { ClipFeatures } from '../trainer/clip_frontend.js';
import type { DataOptions, Dataset } from '../trainer/datasets/dataset.js';
import { MANIFEST_FILE } from '../trainer/datasets/manifest.js';
import { MFCC } from '../trainer/frontend/mfcc.js';
import { MICRO_SPEECH, type FrontendSpec } from '../trainer/frontend/micro_frontend.js';
import type { FeatureSet } from '../trainer/features.js';
import { writeAtomic } from '../base/files.js';
import type { Arguments } from './command.js';
import type { Config } from './config.js';
import type { Context } from './context.js';
import { describeData } from './data_record.js';
import type { Project } from './project.js';

/** The front end's spec: micro_speech's settings, and MFCC's, with those of the config. */
export function frontendSpec({ frontend }: Pick<Config, 'frontend'>): FrontendSpec {
  const { kind, sampleRate, window, stride, channels, coefficients } = frontend;
  const mfcc = kind === 'mfcc' && { mfcc: { ...MFCC, ...(coefficients && { coefficients }) } };
  return { ...MICRO_SPEECH, sampleRate, windowMs: window, strideMs: stride, channels, ...mfcc };
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
export async function loadFeatures(
  project: Project,
  context: Context,
  override: DataOverride,
): Promise<ProjectFeatures> {
  const dataset = await loadRecordings(project, context, override);
  const features = await featuresOf(project, context, dataset, frontendSpec(project.config));
  return { ...features, heardBy: (frontend) => featuresOf(project, context, dataset, frontend) };
}

/** The features that the project trains on. */
export interface ProjectFeatures extends FeatureSet {
  /** The same clips and variants as another front end gives them: for a teacher. */
  heardBy(frontend: ClipFeatures): Promise<FeatureSet>;
}

async function loadRecordings(project: Project, context: Context, override: DataOverride): Promise<Dataset> {
  const { reporter, cwd } = context;
  const { loadDataset } = await import('../trainer/datasets/dataset.js');
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
  return dataset;
}

/** @param frontend that of the project, or what a teacher listens to: the clips and their variants are the same */
async function featuresOf(
  { config, paths }: Project,
  { reporter }: Context,
  dataset: Dataset,
  frontend: ClipFeatures,
): Promise<FeatureSet> {
  const { extractFeatures } = await import('../trainer/features.js');
  const { augment, seed } = config.train;
  return extractFeatures(dataset, {
    frontend,
    variants: augment.variants,
    augment: augmentation(augment),
    seed,
    cacheDirectory: paths.cache,
    onProgress: (done, total) => reporter.progress('features', done, total),
    onNotice: (text) => reporter.notice(text),
  });
}

function augmentation(augment: Config['train']['augment']): Augmentation {
  const { shift, noise, snr, gain, speed, vocalTract, equalizer, reverberation } = augment;
  return { shiftMs: shift, noise, snrDb: snr, gainDb: gain, speed, vocalTract, equalizerDb: equalizer, reverberation };
}
