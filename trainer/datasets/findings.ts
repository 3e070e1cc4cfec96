// What is wrong with a data set, or may be: leaks between splits, copies, and recordings that are too short, quiet, loud or named oddly.
import { basename, dirname } from 'node:path';
import type { ClipFacts } from './clip_facts.js';
import { SILENCE, UNKNOWN } from './dataset.js';

export interface Finding {
  kind: keyof typeof KINDS;
  /** Paths of the clips, at least one. */
  paths: string[];
  /** What was found, with its figure. */
  what: string;
}

/** Each kind, what it means, and whether figures cannot be trusted while it is there. */
export const KINDS = {
  'speaker-in-two-splits': { grave: true, means: 'The same person is trained on and judged on.' },
  'copy-in-two-splits': { grave: true, means: 'The same recording is trained on and judged on.' },
  'copy-under-two-labels': { grave: true, means: 'The same recording counts as two classes.' },
  copy: { grave: false, means: 'The same recording is there more than once: it counts so often.' },
  'name-clash': { grave: false, means: 'The file is named after another class than its label.' },
  clipped: { grave: false, means: 'Samples at the end of the scale: the recording was too loud.' },
  quiet: { grave: false, means: 'Hardly louder than silence: is anything said?' },
  offset: { grave: false, means: 'The mean is far from 0: a fault of the microphone or its driver.' },
  short: { grave: false, means: 'Much shorter than the second that the model hears.' },
  long: { grave: false, means: 'Longer than what the model hears: of it, the middle second counts alone.' },
  'class-small': { grave: false, means: 'A class with far fewer training clips than the largest.' },
} as const;

/** Share of the samples at the scale's ends, dB of full scale, share of full scale, seconds, and one class as a share of another. */
const LIMITS = { clipped: 0.001, quiet: -55, offset: 0.02, short: 0.4, long: 1.5, small: 0.2 } as const;

/** Grave ones first, then in the order of KINDS. */
export function findingsOf(clips: readonly ClipFacts[], labels: readonly string[]): Finding[] {
  const found = [
    ...sharedSpeakers(clips),
    ...copies(clips, labels),
    ...clips.flatMap((clip) => [...ownFindings(clip, labels)]),
    ...smallClasses(clips, labels),
  ];
  const rank = Object.keys(KINDS);
  return found.sort((a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind));
}

function sharedSpeakers(clips: readonly ClipFacts[]): Finding[] {
  const spoken = clips.filter(({ speaker }) => speaker !== '');
  return [...groupsOf(spoken, ({ speaker }) => speaker)].flatMap(([speaker, own]) => {
    const splits = namesOf(own, ({ split }) => split);
    if (splits.length < 2) return [];
    return [{ kind: 'speaker-in-two-splits', paths: pathsOf(own), what: `${speaker}: ${splits.join(' and ')}` }];
  });
}

/** A clip that is cut from a longer recording has its place there, too. */
function copies(clips: readonly ClipFacts[], labels: readonly string[]): Finding[] {
  return [...groupsOf(clips, ({ content }) => content).values()].flatMap((own) => {
    if (own.length < 2) return [];
    const splits = namesOf(own, ({ split }) => split);
    const classes = namesOf(own, ({ label }) => labels[label]!);
    const paths = pathsOf(own);
    return [
      ...(splits.length > 1 ? [{ kind: 'copy-in-two-splits' as const, paths, what: splits.join(' and ') }] : []),
      ...(classes.length > 1 ? [{ kind: 'copy-under-two-labels' as const, paths, what: classes.join(' and ') }] : []),
      ...(splits.length + classes.length === 2 ? [{ kind: 'copy' as const, paths, what: `${own.length} times` }] : []),
    ];
  });
}

function* ownFindings(clip: ClipFacts, labels: readonly string[]): Generator<Finding> {
  const { path, label, clipped, level, offset, seconds } = clip;
  const found = (kind: Finding['kind'], what: string): Finding => ({ kind, paths: [path], what });
  const isSpoken = labels[label] !== SILENCE;
  const other = namedAfter(clip, labels);
  if (other !== undefined) yield found('name-clash', `${other} in its name, labelled ${labels[label]}`);
  if (clipped > LIMITS.clipped) yield found('clipped', `${(100 * clipped).toFixed(2)} % of the samples`);
  if (isSpoken && level < LIMITS.quiet) yield found('quiet', `${level.toFixed(1)} dB of full scale`);
  if (Math.abs(offset) > LIMITS.offset) yield found('offset', `${(100 * offset).toFixed(1)} % of full scale`);
  if (isSpoken && seconds < LIMITS.short) yield found('short', `${seconds.toFixed(2)} s`);
  if (isSpoken && clip.start === undefined && seconds > LIMITS.long) yield found('long', `${seconds.toFixed(2)} s`);
}

/** Another class whose word is the folder, or stands in the file's name. */
function namedAfter({ path, label, word }: ClipFacts, labels: readonly string[]): string | undefined {
  const words = [...basename(dirname(path)).split(/[^\p{L}\p{N}]+/u), ...basename(path).split(/[^\p{L}\p{N}]+/u)];
  const own = [labels[label]!, word].map((name) => name.toLowerCase());
  const said = new Set(words.map((name) => name.toLowerCase()));
  if (own.some((name) => said.has(name))) return undefined;
  return labels.find((name) => name !== SILENCE && name !== UNKNOWN && said.has(name.toLowerCase()));
}

function smallClasses(clips: readonly ClipFacts[], labels: readonly string[]): Finding[] {
  const train = clips.filter(({ split }) => split === 'train');
  const sizes = labels.map((_, label) => train.filter((clip) => clip.label === label).length);
  const largest = Math.max(...sizes);
  return labels.flatMap((name, label) => {
    if (sizes[label]! >= LIMITS.small * largest) return [];
    const paths = pathsOf(train.filter((clip) => clip.label === label).slice(0, 1));
    return [{ kind: 'class-small', paths, what: `${name}: ${sizes[label]} clips, and ${largest} of the largest` }];
  });
}

function groupsOf(clips: readonly ClipFacts[], key: (clip: ClipFacts) => string): Map<string, ClipFacts[]> {
  const groups = new Map<string, ClipFacts[]>();
  for (const clip of clips) {
    const known = groups.get(key(clip));
    if (known) known.push(clip);
    else groups.set(key(clip), [clip]);
  }
  return groups;
}

function namesOf(clips: readonly ClipFacts[], name: (clip: ClipFacts) => string): string[] {
  return [...new Set(clips.map(name))];
}

function pathsOf(clips: readonly ClipFacts[]): string[] {
  return clips.map(({ path }) => path);
}
