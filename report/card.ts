// A model card as Markdown, after Mitchell et al., "Model Cards for Model Reporting" (FAT* 2019).
import type { Interval } from './report.js';

export interface ModelCard {
  format: 'tinykiln-model-card';
  version: 1;
  name: string;
  tinykiln: string;
  /** Of the config's `card:`; null where it says nothing. */
  intent: string | null;
  notFor: string | null;
  licence: string | null;
  contact: string | null;
  model: {
    sha256: string;
    bytes: number;
    kind: string;
    parameters: number | null;
    macs: number | null;
    /** Of a detector. */
    features?: number;
    labels: string[];
    arenaBytes: number;
  };
  training: Training | null;
  data: {
    sha256: string;
    source: string;
    split: string;
    /** Counts of each split: `{ clips: 100, speakers: 12 }`, the same for all. */
    splits: Record<string, Record<string, number>>;
    licences: { name: string; licence: string; url?: string | undefined }[];
  } | null;
  metrics: Metric[];
  /** `value` is a share, or what `figure` names. */
  groups: { kind: string; figure?: string; rows: Group[] }[];
  /** Left out of a detector. */
  quantization?: { lost: number; sqnr: number | null; dearest: { name: string; cost: number }[] } | null;
  boards: { names: string[]; verified: string; vectors: number; equal: number; compared: string; latency: string }[];
  limits: string[];
}

export interface Metric {
  name: string;
  value: number;
  unit: 'share' | 'an hour' | 'a day' | 'area';
  /** 95 %; how it was found. */
  interval: Interval | null;
  by: string | null;
  examples: number | null;
}

export interface Group {
  name: string;
  examples: number;
  value: number;
  interval: Interval | null;
}

interface Learned {
  epochs: number;
  validationAccuracy: number;
}

/** Windows that a detector was fitted to, and those that set its threshold. */
interface Fitted {
  windows: number;
  calibration: number;
  threshold: string;
}

/** Of a network, or of a detector. */
export type Training = { seed: number; configSha256: string } & (Learned | Fitted);

const UNSAID = 'Not said: `card:` in kiln.yaml is the place.';

export function renderCard(card: ModelCard): string {
  const parts: (readonly [title: string, body: string])[] = [
    ['What it is for', uses(card)],
    ['Model', rows(modelRows(card))],
    ['Data', data(card.data)],
    ['Training', card.training ? rows(trainingRows(card.training)) : 'Not recorded.'],
    ['How good it is', metrics(card)],
    ...(card.quantization === undefined ? [] : [['What quantization costs', quantization(card.quantization)] as const]),
    ['Boards', boards(card.boards)],
    ['Limits', card.limits.map((limit) => `- ${text(limit)}\n`).join('')],
  ];
  const body = parts.map(([title, inner]) => `## ${title}\n\n${inner.trimEnd()}\n`).join('\n');
  return `# ${text(card.name)}: model card\n\nMade by tinykiln ${card.tinykiln} from what was recorded.\n\n${body}`;
}

function uses({ intent, notFor, licence, contact }: ModelCard): string {
  return rows([
    ['for', intent ?? UNSAID],
    ['not for', notFor ?? UNSAID],
    ['licence', licence ?? UNSAID],
    ['contact', contact ?? UNSAID],
  ]);
}

function modelRows({ model }: ModelCard): [string, string][] {
  const known = (value: number | null) => (value === null ? 'not recorded' : value.toLocaleString('en'));
  return [
    ['kind', `${model.kind}, ${model.features === undefined ? 'int8' : 'integers'}`],
    ['SHA-256', `\`${model.sha256}\``],
    [
      'size',
      `${known(model.bytes)} B; ${model.features === undefined ? 'arena' : 'memory'} ${known(model.arenaBytes)} B`,
    ],
    ...(model.features === undefined
      ? ([
          ['parameters', known(model.parameters)],
          ['MACs', known(model.macs)],
        ] as [string, string][])
      : [['features of a window', known(model.features)] as [string, string]]),
    ['classes', model.labels.join(', ') || 'not recorded'],
  ];
}

function trainingRows(training: Training): [string, string][] {
  return [
    ['seed', String(training.seed)],
    ...('epochs' in training ? learned(training) : fitted(training)),
    ['config, SHA-256', `\`${training.configSha256}\``],
  ];
}

function learned({ epochs, validationAccuracy }: Learned): [string, string][] {
  return [
    ['epochs', String(epochs)],
    ['best on validation', percent(validationAccuracy)],
  ];
}

function fitted({ windows, calibration, threshold }: Fitted): [string, string][] {
  return [
    ['fitted to', `${windows.toLocaleString('en')} normal windows`],
    ['threshold', `${threshold}, by ${calibration.toLocaleString('en')} other normal windows`],
  ];
}

function data(found: ModelCard['data']): string {
  if (!found) return 'Not recorded.';
  const { sha256, source, split, splits, licences } = found;
  const facts = rows([
    ['source', source],
    ['SHA-256', `\`${sha256}\``],
    ['divided', split],
  ]);
  const kinds = Object.keys(Object.values(splits)[0] ?? {});
  const parts = Object.entries(splits).map(([name, counts]) => [
    name,
    ...kinds.map((kind) => String(counts[kind] ?? 0)),
  ]);
  const sources = licences.map(({ name, licence, url }) => [name, licence, url ?? '-']);
  const licensed = sources.length > 0 ? table(['source', 'licence', 'where'], sources) : `Licences: ${UNSAID}\n`;
  return `${facts}\n${table(['split', ...kinds], parts)}\n${licensed}`;
}

function metrics({ metrics: found, groups }: ModelCard): string {
  if (found.length === 0) return 'Not measured.';
  const lines = found.map(({ name, value, unit, interval, by, examples }) => {
    const show = shownIn(unit);
    return [name, show(value), interval ? `${interval.map(show).join(' to ')}, ${by}` : '-', String(examples ?? '-')];
  });
  const main = table(['figure', 'value', '95 % interval', 'examples'], lines);
  const parts = groups.map(({ kind, figure, rows: own }) => {
    const show = figure === 'AUC' ? shownIn('area') : percent;
    const cells = own.map(({ name, value, interval, examples }) => [
      ...[name, show(value), interval ? interval.map(show).join(' to ') : '-', String(examples)],
    ]);
    return `\n### By ${kind}\n\n${table([kind, figure ?? 'right', '95 % interval', 'examples'], cells)}`;
  });
  return `${main}${parts.join('')}`;
}

function shownIn(unit: Metric['unit']): (value: number) => string {
  if (unit === 'share') return percent;
  return unit === 'area' ? (value) => value.toFixed(4) : (value) => `${value.toFixed(2)} ${unit}`;
}

function quantization(found: (ModelCard['quantization'] & {}) | null): string {
  if (!found) return 'Not measured.';
  const dearest = found.dearest.map(({ name, cost }) => `${name} (${cost.toFixed(2)} dB)`).join(', ');
  return rows([
    ['accuracy lost', `${(100 * found.lost).toFixed(2)} points`],
    ['signal to noise of the output', found.sqnr === null ? 'not measured' : `${found.sqnr.toFixed(1)} dB`],
    ['dearest layers', dearest || 'not measured'],
  ]);
}

function boards(found: ModelCard['boards']): string {
  if (found.length === 0) return 'Verified on none.';
  return table(
    ['board', 'verified on', 'vectors equal', 'compared', 'one inference, median'],
    found.map(({ names, verified, vectors, equal, compared, latency }) => {
      return [names.join(' or ') || 'unknown', verified, `${equal} of ${vectors}`, compared, latency];
    }),
  );
}

function rows(pairs: readonly (readonly [string, string])[]): string {
  return table(['', ''], pairs);
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(text).join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---'))}${lines.map(line).join('')}`;
}

/** Names and sentences from elsewhere stay in their cell. */
function text(words: string): string {
  return words.replace(/\s+/g, ' ').replace(/[|<]/g, '\\$&');
}

function percent(part: number): string {
  return `${(100 * part).toFixed(2)} %`;
}
