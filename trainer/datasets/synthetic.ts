// A data set that a speech synthesizer speaks: made once into a folder, then kept, verified and reused.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { KilnError, messageOf, systemCode } from '../../base/errors.js';
import { sha256 } from '../../base/files.js';
import { SILENCE, type DataOptions, type Dataset } from './dataset.js';
import { MANIFEST_FILE, loadManifest } from './manifest.js';
import { CLIP_RATE, synthesize } from './synthesize.js';
import { makeRecipe, type Recipe } from './synthetic_recipe.js';
import { noiseClip } from './synthetic_sound.js';
import { encodeWav } from './wav.js';

const RECIPE_FILE = 'recipe.json';
/** Raise it when the same recipe would sound different. */
const SOUND_VERSION = 1;
const NOTICE = 'The speech is synthetic: it proves the pipeline and says nothing of accuracy on people.';

/**
 * The clips in `options.path`, spoken first where they are missing, damaged or other ones than the options ask for.
 * @throws KilnError `synthesizer-missing`, `label-unspeakable`, `folder-in-use`, or as `assemble` does
 */
export async function loadSynthetic(options: DataOptions, recipe: Recipe = makeRecipe(options)): Promise<Dataset> {
  const folder = resolve(options.path);
  const id = sha256(JSON.stringify({ SOUND_VERSION, recipe }));
  const load = () => loadManifest({ ...options, path: folder, labels: recipe.labels });
  const notices = [NOTICE];
  if (recipeId(folder) === id) {
    try {
      return withNotices(load(), notices);
    } catch (error) {
      notices.push(`The synthetic speech was damaged and is made anew. ${messageOf(error)}`);
    }
  }
  checkFree(folder);
  await replaceFolder(folder, (temporary) => make(temporary, recipe, id, options.onProgress));
  return withNotices(load(), notices);
}

function withNotices(dataset: Dataset, notices: readonly string[]): Dataset {
  return { ...dataset, notices: [...notices, ...dataset.notices] };
}

/** Of the recipe that a folder was made by; undefined for any other folder. */
function recipeId(folder: string): string | undefined {
  const file = join(folder, RECIPE_FILE);
  if (!existsSync(file)) return undefined;
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { id: string }).id;
  } catch {
    return 'damaged';
  }
}

/** Only what was made here is ever replaced. */
function checkFree(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0 || recipeId(folder) !== undefined) return;
  const what = 'the folder holds other files than synthetic speech, and would be replaced';
  throw new KilnError('folder-in-use', { where: folder, what, todo: 'Give data.path a folder of its own.' });
}

/** Fills a folder beside the old one, and only then puts it in its place. */
async function replaceFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  removeLeftovers(folder);
  const beside = (ending: string) => join(dirname(folder), `.${basename(folder)}.${process.pid}.${ending}`);
  const [fresh, old] = [beside('new'), beside('old')];
  try {
    mkdirSync(fresh, { recursive: true });
    await fill(fresh);
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** What a process left behind that was killed while it filled the folder. */
function removeLeftovers(folder: string): void {
  if (!existsSync(dirname(folder))) return;
  for (const name of readdirSync(dirname(folder))) {
    const [, owner, pid] = /^\.(.+)\.(\d+)\.(?:new|old)$/.exec(name) ?? [];
    if (owner === basename(folder) && !isRunning(Number(pid))) {
      rmSync(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

async function make(folder: string, recipe: Recipe, id: string, onProgress: DataOptions['onProgress']): Promise<void> {
  const { labels, utterances, noises } = recipe;
  for (const label of [...labels, ...(noises.length > 0 ? [SILENCE] : [])])
    mkdirSync(join(folder, label), { recursive: true });
  let done = 0;
  const hashes = await synthesize(utterances, folder, () => onProgress?.(++done, utterances.length));
  for (const { path, seed } of noises) {
    const clip = encodeWav({ sampleRate: CLIP_RATE, samples: noiseClip(CLIP_RATE, seed) });
    writeFileSync(join(folder, path), clip);
    hashes.set(path, sha256(clip));
  }
  writeFileSync(join(folder, MANIFEST_FILE), manifestText(recipe, hashes));
  writeFileSync(join(folder, RECIPE_FILE), `${JSON.stringify({ id, labels, clips: hashes.size }, null, 2)}\n`);
}

function manifestText({ utterances, noises }: Recipe, hashes: ReadonlyMap<string, string>): string {
  const spoken = utterances.map(({ path, label, text, voice, split }) => [path, label, text, voice, split]);
  const silent = noises.map(({ path, split }) => [path, SILENCE, SILENCE, '', split]);
  const lines = [...spoken, ...silent].map((row) => [...row, hashes.get(row[0]!)!].join(','));
  return ['path,label,word,speaker,split,sha256', ...lines, ''].join('\n');
}
