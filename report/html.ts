// The few pieces of HTML that the sections are made of.
import { escape } from './svg.js';

export function table(head: readonly string[], rows: readonly (readonly string[])[], name: string): string {
  const header = headCells(head);
  const body = rows.map(([first = '', ...rest]) => {
    return `<tr><th scope="row">${escape(first)}</th>${rest.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`;
  });
  return wide(`<table><thead><tr>${header}</tr></thead><tbody>${body.join('')}</tbody></table>`, name);
}

/** An empty cell heads nothing. */
export function headCells(head: readonly string[]): string {
  return head.map((cell) => (cell ? `<th scope="col">${escape(cell)}</th>` : '<td></td>')).join('');
}

/** What may be wider than a phone scrolls by itself, with the keyboard too. */
export function wide(inner: string, name: string): string {
  return `<div class="wide" tabindex="0" role="region" aria-label="${escape(name)}, scrolls">${inner}</div>`;
}

/** The numbers behind a picture. */
export function details(summary: string, inner: string): string {
  return `<details><summary>${escape(summary)}</summary>${inner}</details>`;
}

export function figure(inner: string, caption = ''): string {
  return `<figure>${inner}${caption && `<figcaption>${caption}</figcaption>`}</figure>`;
}

export function section(id: string, title: string, inner: string): string {
  return `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${escape(title)}</h2>${inner}</section>`;
}

/** Instead of what was not measured. */
export function missing(what: string, command: string): string {
  return `<p class="missing">${escape(what)} <code>${escape(command)}</code></p>`;
}

export function percent(part: number, digits = 2): string {
  return `${(100 * part).toFixed(digits)} %`;
}

export function number(n: number): string {
  return n.toLocaleString('en');
}
