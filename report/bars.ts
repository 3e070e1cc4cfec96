// Bars in a table: the picture and its numbers are one.
import { headCells, wide } from './html.js';
import { escape, round } from './svg.js';

export interface Bar {
  name: string;
  /** Smaller, under the name. */
  kind?: string;
  value: number;
  /** Cells behind the bar. */
  cells: readonly string[];
  /** Something to see to. */
  over?: boolean;
}

/** @param head of the name, the bar and the cells @param longest what a whole bar stands for; left out, the largest value */
export function bars(head: readonly string[], rows: readonly Bar[], name: string, longest?: number): string {
  const most = longest ?? Math.max(...rows.map(({ value }) => value), 0);
  const header = headCells(head);
  const body = rows.map(({ name: row, kind, value, cells, over }) => {
    const width = most > 0 ? Math.min(100, Math.max(0, (100 * value) / most)) : 0;
    const bar = `<td class="bar"><i style="width:${round(width)}%"${over ? ' class="over"' : ''}></i></td>`;
    return `<tr><th scope="row">${escape(row)}${kind ? `<small>${escape(kind)}</small>` : ''}</th>${bar}${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`;
  });
  const inner = `<table class="bars"><thead><tr>${header}</tr></thead><tbody>${body.join('')}</tbody></table>`;
  return wide(inner, name);
}
