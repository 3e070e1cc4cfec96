// The page of a data set: how many clips of what, how loud and how long they are, and what to look at, each with a picture.
import { bars } from './bars.js';
import { details, figure, number, section, table } from './html.js';
import { document } from './page.js';
import { escape, line, picture, text } from './svg.js';

export interface DataReport {
  name: string;
  version: string;
  /** Of the data set's content. */
  hash: string;
  /** By class: its name, clips by split in the order of `splits`, speakers and minutes. */
  splits: readonly string[];
  classes: readonly { name: string; clips: readonly number[]; speakers: number; minutes: number }[];
  level: Histogram;
  seconds: Histogram;
  findings: readonly DataFinding[];
}

/** Counts of equal steps from `from` on; the last holds all that is above. */
export interface Histogram {
  from: number;
  step: number;
  counts: readonly number[];
  unit: string;
}

export interface DataFinding {
  kind: string;
  grave: boolean;
  means: string;
  count: number;
  /** Some of them: a path, what was found, and the recording's outline, 0 … 1. */
  examples: readonly { path: string; what: string; outline: readonly number[] }[];
}

export function renderDataPage(report: DataReport): string {
  const { name, version, hash, findings } = report;
  const parts = [
    ['classes', 'Classes', classes(report)],
    ['findings', 'What to look at', findings.length > 0 ? findings.map(finding).join('') : '<p>Nothing was found.</p>'],
    ['level', 'Loudness', histogram('clips by loudness', report.level)],
    ['length', 'Length', histogram('clips by length', report.seconds)],
  ] as const;
  const links = parts.map(([id, title]) => `<a href="#${id}">${escape(title)}</a>`).join('');
  const under = `data set ${hash.slice(0, 16)}; tinykiln ${version}`;
  const body = parts.map(([id, title, inner]) => section(id, title, inner)).join('\n');
  const head = `<h1>${escape(name)}</h1><p>${escape(under)}</p><nav aria-label="sections">${links}</nav>`;
  return document(`${name}: recordings`, `${head}\n${body}`);
}

function classes({ splits, classes: found }: DataReport): string {
  const rows = found.map(({ name, clips, speakers, minutes }) => ({
    name,
    value: clips[0] ?? 0,
    cells: [...clips, speakers].map(number).concat(minutes.toFixed(1)),
  }));
  const head = ['class', `${splits[0]}, longer is more`, ...splits, 'speakers', 'minutes'];
  return figure(bars(head, rows, 'clips by class and split'));
}

function finding({ kind, grave, means, count, examples }: DataFinding): string {
  const title = `${kind}: ${number(count)}`;
  const pictures = examples
    .filter(({ outline }) => outline.length > 0)
    .map(({ path, what, outline }) => figure(waveform(path, outline), `${escape(path)}: ${escape(what)}`));
  const rows = examples.map(({ path, what }) => [path, what]);
  return [
    `<h3 class="${grave ? 'bad' : ''}">${escape(title)}</h3><p>${escape(means)}</p>`,
    `<div class="pair">${pictures.join('')}</div>`,
    details(`${examples.length} of ${number(count)}`, table(['recording', 'found'], rows, kind)),
  ].join('');
}

const WAVE = { width: 420, height: 60 } as const;

function waveform(path: string, outline: readonly number[]): string {
  const middle = WAVE.height / 2;
  const step = WAVE.width / outline.length;
  const strokes = outline.map((peak, i) => {
    const x = (i + 0.5) * step;
    const reach = Math.max(0.5, peak * middle);
    return line(x, middle - reach, x, middle + reach, 'train');
  });
  return picture(WAVE, `waveform of ${path}`, strokes.join(''));
}

const COLUMNS = { width: 640, height: 200, bottom: 36, top: 16 } as const;

function histogram(title: string, { from, step, counts, unit }: Histogram): string {
  const most = Math.max(1, ...counts);
  const width = COLUMNS.width / counts.length;
  const height = COLUMNS.height - COLUMNS.bottom - COLUMNS.top;
  const floor = COLUMNS.height - COLUMNS.bottom;
  const name = (i: number) => String(Math.round(100 * (from + i * step)) / 100);
  const body = counts.map((count, i) => {
    const tall = (height * count) / most;
    const column = `<rect x="${i * width + 1}" y="${floor - tall}" width="${width - 2}" height="${tall}" class="hue0"/>`;
    const every = Math.ceil(counts.length / 12);
    return column + (i % every === 0 ? text(i * width, floor + 14, name(i)) : '');
  });
  const axis =
    line(0, floor, COLUMNS.width, floor, 'grid') + text(COLUMNS.width, floor + 30, unit, 'text-anchor="end"');
  const rows = counts.flatMap((count, i) => (count > 0 ? [[name(i), number(count)]] : []));
  const numbers = details('By step', table([`${unit}, from`, 'clips'], rows, title));
  return `${figure(picture(COLUMNS, title, body.join('') + axis))}${numbers}`;
}
