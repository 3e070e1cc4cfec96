// The last step of every loader: read and hash each file, check classes and splits, collect notices.
import { join } from 'node:path';
import { KilnError } from '../../base/errors.js';
import { readBytes, sha256 } from '../../base/files.js';
import { SPLITS, type Clip, type Dataset, type NoiseStretch, type Split } from './dataset.js';
import { wavHeader } from './wav.js';

const DEFAULT_RATE = 16000;
/** A label is a byte. */
const MOST_LABELS = 256;

/** A clip that names its class; `sha256` is what the file must hash to, where that is known. */
export interface Entry extends Omit<Clip, 'label'> {
  label: string;
  sha256?: string | undefined;
}

export interface NoiseFile extends NoiseStretch {
  sha256?: string | undefined;
}

export interface Parts {
  root: string;
  labels: string[];
  entries: Entry[];
  noise: NoiseFile[];
  notices: string[];
  /** Hz that the clips should have. */
  sampleRate?: number | undefined;
}

interface FileFacts {
  sha256: string;
  sampleRate: number;
}

/**
 * @throws KilnError `labels-invalid`, `class-empty`, `split-empty`, `hash-differs`, `file-unreadable` or `wav-…`
 */
export function assemble({ root, labels, entries, noise, notices, sampleRate = DEFAULT_RATE }: Parts): Dataset {
  checkLabels(labels);
  checkClasses(root, labels, entries);
  const files = readFiles(root, entries, noise);
  const index = new Map(labels.map((label, i) => [label, i]));
  return {
    root,
    labels,
    clips: entries.map((entry) => toClip(entry, index.get(entry.label)!)),
    noise: noise.map(toStretch),
    hash: hashOf(labels, entries, noise, files),
    notices: [
      ...notices,
      ...missingNotices(labels, entries),
      ...sharedSpeakerNotices(entries),
      ...rateNotices(files, sampleRate),
    ],
  };
}

function toClip({ path, word, speaker, split, start }: Entry, label: number): Clip {
  return start === undefined ? { path, label, word, speaker, split } : { path, label, word, speaker, split, start };
}

function toStretch({ path, start, length }: NoiseFile): NoiseStretch {
  return length === undefined ? { path, start } : { path, start, length };
}

function checkLabels(labels: readonly string[]): void {
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice !== undefined) throw labelsError(`names \`${twice}\` twice`, 'Name each class once.');
  if (labels.length < 2 || labels.length > MOST_LABELS) {
    throw labelsError(`the number of classes is ${labels.length}`, `Give 2 to ${MOST_LABELS}.`);
  }
}

function labelsError(what: string, todo: string): KilnError {
  return new KilnError('labels-invalid', { where: 'data.labels', what, todo });
}

function checkClasses(root: string, labels: readonly string[], entries: readonly Entry[]): void {
  for (const label of labels) {
    const own = entries.filter((entry) => entry.label === label);
    if (own.some(({ split }) => split === 'train')) continue;
    const what = own.length === 0 ? 'has no recordings' : `has no training recordings (${own.length} in val and test)`;
    const todo = `Add recordings of ${label}, or take it out of data.labels.`;
    throw new KilnError('class-empty', { where: root, what: `the class \`${label}\` ${what}`, todo });
  }
  for (const split of SPLITS) {
    if (entries.some((entry) => entry.split === split)) continue;
    const what = `no recordings in the split ${split}`;
    throw new KilnError('split-empty', { where: root, what, todo: `Give ${split} some recordings of each class.` });
  }
}

function readFiles(root: string, entries: readonly Entry[], noise: readonly NoiseFile[]): Map<string, FileFacts> {
  const files = new Map<string, FileFacts>();
  for (const { path, sha256: expected } of [...entries, ...noise]) {
    const facts = files.get(path) ?? readFacts(join(root, path));
    if (expected !== undefined && facts.sha256 !== expected) throw hashError(join(root, path), facts.sha256, expected);
    files.set(path, facts);
  }
  return files;
}

function readFacts(path: string): FileFacts {
  const bytes = readBytes(path, 'Restore the file, or take it out of the data set.');
  return { sha256: sha256(bytes), sampleRate: wavHeader(bytes, path).sampleRate };
}

function hashError(where: string, found: string, expected: string): KilnError {
  const what = `the file's sha256 begins with ${found.slice(0, 12)}, its manifest says ${expected.slice(0, 12)}`;
  const todo = 'The file changed since the manifest was written: restore it, or write the manifest anew.';
  return new KilnError('hash-differs', { where, what, todo });
}

/** Over everything that decides what is learned, and no absolute path. */
function hashOf(
  labels: readonly string[],
  entries: readonly Entry[],
  noise: readonly NoiseStretch[],
  files: ReadonlyMap<string, FileFacts>,
): string {
  const clips = entries.map((entry) => [
    entry.path,
    entry.label,
    entry.word,
    entry.speaker,
    entry.split,
    entry.start ?? null,
    files.get(entry.path)!.sha256,
  ]);
  const stretches = noise.map(({ path, start, length }) => [path, start, length ?? null, files.get(path)!.sha256]);
  return sha256(JSON.stringify({ labels, clips, noise: stretches }));
}

function missingNotices(labels: readonly string[], entries: readonly Entry[]): string[] {
  const present = new Set(entries.map(({ label, split }) => `${split} ${label}`));
  const notices: string[] = [];
  for (const split of ['val', 'test'] as const) {
    const missing = labels.filter((label) => !present.has(`${split} ${label}`));
    if (missing.length > 0) notices.push(`The split ${split} has no recordings of ${missing.join(', ')}.`);
  }
  return notices;
}

function sharedSpeakerNotices(entries: readonly Entry[]): string[] {
  const splits = new Map<string, Set<Split>>();
  for (const { speaker, split } of entries) {
    if (speaker !== '') splits.set(speaker, (splits.get(speaker) ?? new Set()).add(split));
  }
  const shared = [...splits].filter(([, own]) => own.size > 1).map(([speaker]) => speaker);
  if (shared.length === 0) return [];
  const which = `Speakers in more than one split: ${shared.length}, such as ${shared[0]}`;
  return [`${which}. Accuracy on new voices will be lower than measured.`];
}

function rateNotices(files: ReadonlyMap<string, FileFacts>, expected: number): string[] {
  const counts = new Map<number, number>();
  for (const { sampleRate } of files.values()) counts.set(sampleRate, (counts.get(sampleRate) ?? 0) + 1);
  counts.delete(expected);
  if (counts.size === 0) return [];
  const found = [...counts].sort(([a], [b]) => a - b).map(([rate, count]) => `${count} at ${rate} Hz`);
  return [`Recordings at another sample rate are resampled to ${expected} Hz: ${found.join(', ')}.`];
}
