// Runs side by side: figures with the best of each marked, their courses, and the settings in which they differ.
import { curves } from './curves.js';
import { details, figure, headCells, section, table, wide } from './html.js';
import { document } from './page.js';
import type { Epoch } from './report.js';
import { escape } from './svg.js';

export interface Comparison {
  runs: ComparedRun[];
  figures: ComparedFigure[];
  /** Keys of the config that are not the same everywhere. */
  settings: { key: string; values: string[] }[];
}

export interface ComparedRun {
  id: string;
  name: string;
  at: string;
  training?: Epoch[] | undefined;
}

/** One value a run; `-` where it was not measured. */
export interface ComparedFigure {
  name: string;
  values: string[];
  /** Positions of the best: none where all are the same or none is better. */
  best: number[];
}

export function renderComparison({ runs, figures, settings }: Comparison): string {
  const ids = runs.map(({ id }) => shortId(id));
  const about = runs.map(({ id, name, at }) => [id, name, at]);
  const same = '<p class="missing">All settings are the same.</p>';
  const differing = settings.map(({ key, values }) => [key, ...values]);
  const body = [
    `<h1>${runs.length} runs</h1>`,
    section('runs', 'Runs', table(['run', 'project', 'at (UTC)'], about, 'runs')),
    section('figures', 'Figures', `<p>★ the best of a row</p>${figureTable(ids, figures)}`),
    section(
      'settings',
      'Settings that differ',
      differing.length > 0 ? table(['key', ...ids], differing, 'settings') : same,
    ),
    section('training', 'Training', `<div class="pair">${runs.map(course).join('')}</div>`),
  ];
  return document(`${runs.length} runs: tinykiln comparison`, body.join('\n'));
}

/** Its random end is enough to tell runs of a page apart. */
function shortId(id: string): string {
  return id.split('-').at(-1) ?? id;
}

function figureTable(ids: readonly string[], figures: readonly ComparedFigure[]): string {
  const head = headCells(['figure', ...ids]);
  const rows = figures.map(({ name, values, best }) => {
    const cells = values.map((value, i) => {
      return best.includes(i) ? `<td class="good">★ ${escape(value)}</td>` : `<td>${escape(value)}</td>`;
    });
    return `<tr><th scope="row">${escape(name)}</th>${cells.join('')}</tr>`;
  });
  return wide(`<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`, 'figures by run');
}

function course({ id, training }: ComparedRun): string {
  if (!training) return '';
  const run = shortId(id);
  const rows = training.map((e) => [String(e.epoch), e.accuracy.toFixed(4), e.valAccuracy.toFixed(4)]);
  const numbers = table(['epoch', 'accuracy', 'validation accuracy'], rows, `training of ${run}`);
  const key = '<span class="key"></span>train <span class="key v"></span>validation';
  const picture = figure(curves(`accuracy of ${run} by epoch`, training, 'accuracy'), `${escape(run)} ${key}`);
  return `<div>${picture}${details(`${run} by epoch`, numbers)}</div>`;
}
