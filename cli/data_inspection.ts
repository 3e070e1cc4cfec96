// `kiln data inspect`: facts and findings of a project's recordings, as a table and as a page.
import { packageVersion } from '../base/files.js';
import type { DataReport, Histogram } from '../report/data_page.js';
import { clipFacts, type ClipFacts } from '../trainer/datasets/clip_facts.js';
import { SPLITS, loadDataset, type Dataset } from '../trainer/datasets/dataset.js';
import { KINDS, findingsOf, type Finding } from '../trainer/datasets/findings.js';
import type { Context } from './context.js';
import { dataOptions, type DataOverride } from './data.js';
import type { Project } from './project.js';

export interface Inspection {
  dataset: Dataset;
  clips: ClipFacts[];
  findings: Finding[];
}

/** Shown of each kind of finding. */
const EXAMPLES = 6;

/** @throws KilnError of the data set */
export async function inspectData(project: Project, override: DataOverride, context: Context): Promise<Inspection> {
  const { cwd, reporter, signal } = context;
  const dataset = await loadDataset(dataOptions(project, cwd, override));
  for (const notice of dataset.notices) reporter.notice(notice);
  const clips: ClipFacts[] = [];
  for (const facts of clipFacts(dataset)) {
    signal.throwIfAborted();
    reporter.progress('recordings', clips.push(facts), dataset.clips.length);
  }
  return { dataset, clips, findings: findingsOf(clips, dataset.labels) };
}

export function isGrave({ kind }: Finding): boolean {
  return KINDS[kind].grave;
}

export function reportInspection(found: Inspection, { reporter }: Context): void {
  const classes = classesOf(found);
  reporter.table(
    ['class', ...SPLITS, 'speakers', 'minutes'],
    classes.map(({ name, clips, speakers, minutes }) => [name, ...clips, speakers, minutes.toFixed(1)]),
  );
  const kinds = byKind(found);
  if (kinds.length === 0) reporter.line('nothing to look at was found');
  else {
    const rows = kinds.map(({ kind, count, examples: [first] }) => [kind, count, `${first!.path}: ${first!.what}`]);
    reporter.table(['found', 'times', 'such as'], rows);
  }
}

/** As JSON. */
export function inspectionResult({ dataset, clips, findings }: Inspection) {
  const classes = classesOf({ dataset, clips });
  return { hash: dataset.hash, clips: clips.length, classes, findings };
}

export function dataReport(name: string, found: Inspection): DataReport {
  return {
    name,
    version: packageVersion(),
    hash: found.dataset.hash,
    splits: SPLITS,
    classes: classesOf(found),
    level: histogram(found.clips, ({ level }) => level, { from: -70, step: 5, counts: 14, unit: 'dB of full scale' }),
    seconds: histogram(found.clips, ({ seconds }) => seconds, { from: 0, step: 0.1, counts: 21, unit: 's' }),
    findings: byKind(found),
  };
}

function classesOf({ dataset, clips }: Pick<Inspection, 'dataset' | 'clips'>) {
  return dataset.labels.map((name, label) => {
    const own = clips.filter((clip) => clip.label === label);
    return {
      name,
      clips: SPLITS.map((split) => own.filter((clip) => clip.split === split).length),
      speakers: new Set(own.flatMap(({ speaker }) => (speaker ? [speaker] : []))).size,
      minutes: own.reduce((sum, { seconds }) => sum + seconds, 0) / 60,
    };
  });
}

function byKind({ clips, findings }: Pick<Inspection, 'clips' | 'findings'>): DataReport['findings'] {
  const outlines = new Map(clips.map(({ path, outline }) => [path, outline]));
  return [...new Set(findings.map(({ kind }) => kind))].map((kind) => {
    const own = findings.filter((finding) => finding.kind === kind);
    const examples = own.slice(0, EXAMPLES).map(({ paths, what }) => {
      const path = paths.length > 1 ? `${paths[0]} and ${paths[1]}` : paths[0]!;
      return { path, what, outline: outlines.get(paths[0]!) ?? [] };
    });
    return { kind, ...KINDS[kind], count: own.length, examples };
  });
}

function histogram(
  clips: readonly ClipFacts[],
  value: (clip: ClipFacts) => number,
  { counts, ...axis }: Omit<Histogram, 'counts'> & { counts: number },
): Histogram {
  const found = new Array<number>(counts).fill(0);
  for (const clip of clips) {
    const step = Math.floor((value(clip) - axis.from) / axis.step);
    found[Math.max(0, Math.min(counts - 1, step))]!++;
  }
  return { ...axis, counts: found };
}
