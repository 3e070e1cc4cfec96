// Loads a folder laid out as Speech Commands: word/speaker_nohash_n.wav, two lists, _background_noise_.
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { KilnError, messageOf, systemCode } from '../../base/errors.js';
import { readBytes, sha256 } from '../../base/files.js';
import { assemble, type Entry } from './assemble.js';
import { backgroundNoise, cutSilence, trainingNoise } from './background_noise.js';
import { silenceOf } from './manifest.js';
import { SILENCE, UNKNOWN, type DataOptions, type Dataset } from './dataset.js';
import { SPLITS, splitBySpeaker, type Split } from './split.js';

const LISTS: readonly [Split, string][] = [
  ['val', 'validation_list.txt'],
  ['test', 'testing_list.txt'],
];

type Recording = Omit<Entry, 'split'>;

/**
 * The words of `options.labels` are classes, each with its folder's recordings. Other folders make up `_unknown_` and cuts of the
 * background noise `_silence_`, each as many as its share of the words' recordings, in every split; the seed decides which.
 * Without labels every folder is a class and nothing is unknown. Folders named `_silence_` and `_unknown_`, as the published
 * test set has them, are those classes as they are.
 * @throws KilnError `folder-unreadable`, `class-empty`, `noise-short`, `lists-missing` or as `assemble` does
 */
export function loadSpeechFolder(options: DataOptions): Dataset {
  const root = options.path;
  const folders = wordFolders(root);
  const words = options.labels?.filter((label) => label !== SILENCE && label !== UNKNOWN) ?? folders;
  checkWords(root, words, folders);
  const recordings = folders.flatMap((word) => recordingsOf(root, word));
  const special = [SILENCE, UNKNOWN].flatMap((label) => specialRecordings(root, label));
  const entries = withSplits(root, [...recordings, ...special], options.split);
  const given = (label: string) => entries.filter((entry) => entry.label === label);
  const spoken = entries.filter(({ label }) => words.includes(label));
  const others = entries.filter(({ label }) => !words.includes(label) && label !== SILENCE && label !== UNKNOWN);
  const noise = backgroundNoise(root);
  const silence = (options.labels || noise.length > 0) && (options.silence ?? 0);
  const unknown = options.labels && (options.unknown ?? 0);
  const extra = [
    ...given(SILENCE).map((entry) => ({ ...entry, speaker: '' })),
    ...given(UNKNOWN),
    ...(silence && !given(SILENCE).length ? cutSilence(root, noise, countsOf(spoken, silence), options.seed) : []),
    ...(unknown && !given(UNKNOWN).length ? someOf(root, others, countsOf(spoken, unknown), options.seed) : []),
  ];
  return assemble({
    root,
    labels: [...new Set([...(options.labels ?? words), ...extra.map(({ label }) => label)])],
    entries: [...spoken, ...extra],
    noise: noise.length > 0 ? trainingNoise(noise) : silenceOf(extra),
    notices: speakerNotices(recordings),
    sampleRate: options.sampleRate,
  });
}

function wordFolders(root: string): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    const what = systemCode(error) === 'ENOENT' ? 'no such folder' : messageOf(error);
    const todo = 'Name a folder that holds one folder of recordings for each word.';
    throw new KilnError('folder-unreadable', { where: root, what, todo }, 'user', { cause: error });
  }
}

function checkWords(root: string, words: readonly string[], folders: readonly string[]): void {
  const missing = words.find((word) => !folders.includes(word));
  if (missing === undefined && words.length > 0) return;
  const found = folders.length > 0 ? `found ${folders.join(', ')}` : 'found no folder';
  if (missing === undefined) {
    throw new KilnError('class-empty', {
      where: root,
      what: `no words: ${found}`,
      todo: 'Add a folder for each word.',
    });
  }
  const what = `the class \`${missing}\` has no folder: ${found}`;
  throw new KilnError('class-empty', {
    where: root,
    what,
    todo: 'Add the folder, or take the word out of data.labels.',
  });
}

function recordingsOf(root: string, word: string): Recording[] {
  return readdirSync(join(root, word))
    .filter((name) => name.toLowerCase().endsWith('.wav'))
    .sort()
    .map((name) => ({ path: `${word}/${name}`, label: word, word, speaker: speakerOf(name) }));
}

/** The folder of a special class, where there is one; in `_unknown_` the word stands before the speaker: backward_0c540988_nohash_0.wav. */
function specialRecordings(root: string, label: string): Recording[] {
  if (!existsSync(join(root, label))) return [];
  return recordingsOf(root, label).map((recording) => {
    const [word = '', speaker] = label === UNKNOWN ? recording.speaker.split('_') : [label];
    return { ...recording, word, speaker: speaker ?? recording.speaker };
  });
}

/** What stands before `_nohash_`; a file without it is a speaker of its own. */
function speakerOf(name: string): string {
  const at = name.indexOf('_nohash_');
  return at > 0 ? name.slice(0, at) : basename(name, '.wav');
}

function speakerNotices(recordings: readonly Recording[]): string[] {
  const unnamed = recordings.filter(({ path }) => !path.includes('_nohash_'));
  if (unnamed.length === 0) return [];
  const which = `File names that do not say who speaks: ${unnamed.length}, such as ${unnamed[0]!.path}`;
  return [`${which}. Each counts as a speaker of its own; call files speaker_nohash_0.wav.`];
}

function withSplits(root: string, recordings: readonly Recording[], how: DataOptions['split']): Entry[] {
  const haveLists = LISTS.every(([, name]) => existsSync(join(root, name)));
  if (how === 'lists' && !haveLists) {
    const what = `no ${LISTS.map(([, name]) => name).join(' and ')}`;
    const todo = 'Add both lists, or set data.split to by-speaker.';
    throw new KilnError('lists-missing', { where: root, what, todo });
  }
  if (haveLists && how !== 'by-speaker') {
    const listed = readLists(root);
    return recordings.map((recording) => ({ ...recording, split: listed.get(recording.path) ?? 'train' }));
  }
  const speakers = splitBySpeaker(
    recordings.map(({ speaker }) => speaker),
    root,
  );
  return recordings.map((recording) => ({ ...recording, split: speakers.get(recording.speaker)! }));
}

/** The split of each listed path; the lists hold a path a line. */
function readLists(root: string): Map<string, Split> {
  const listed = new Map<string, Split>();
  for (const [split, name] of LISTS) {
    const lines = readBytes(join(root, name)).toString('utf8').split(/\r?\n/);
    for (const line of lines) listed.set(line.trim().replaceAll('\\', '/'), split);
  }
  return listed;
}

/** A share of the recordings in each split, at least one. */
function countsOf(entries: readonly Entry[], share: number): Record<Split, number> {
  const count = (split: Split) => Math.max(1, Math.round(share * entries.filter((e) => e.split === split).length));
  return { train: count('train'), val: count('val'), test: count('test') };
}

/** So many recordings of other words in each split: those whose seeded hash is lowest. */
function someOf(root: string, others: readonly Entry[], counts: Record<Split, number>, seed: number): Entry[] {
  if (others.length === 0) {
    const what = `the class \`${UNKNOWN}\` has no recordings: every folder is a word of data.labels`;
    const todo = 'Add folders of other words, or set data.unknown to 0.';
    throw new KilnError('class-empty', { where: root, what, todo });
  }
  const ranked = others
    .map((entry) => ({ entry, rank: sha256(`${seed} ${entry.path}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ entry }) => ({ ...entry, label: UNKNOWN }));
  return SPLITS.flatMap((split) => ranked.filter((entry) => entry.split === split).slice(0, counts[split]));
}
