// Sizes and budgets for whoever reads them: pull requests, test reports, code scanning, a CI's log.
import { packageVersion } from '../base/files.js';
import { escape } from '../report/svg.js';
import { amount, overBudget, type BudgetRow } from './budget.js';
import { CONFIG_FILE } from './config.js';
import type { Measured } from './size.js';
import { partChanges, symbolChanges, type Change } from './size_difference.js';

export const SIZE_FORMATS = ['text', 'json', 'markdown', 'junit', 'sarif', 'github'] as const;
export type SizeFormat = (typeof SIZE_FORMATS)[number];

export interface SizeResult {
  name: string;
  now: Measured;
  before: Measured | undefined;
  rows: readonly BudgetRow[];
}

/** Symbols that a person is shown. */
const MOST_SYMBOLS = 10;

/** +1.2 KiB, −24 B, or nothing where it stayed. */
export function signed(bytes: number): string {
  if (bytes === 0) return '';
  return `${bytes > 0 ? '+' : '−'}${amount(Math.abs(bytes), 'B')}`;
}

/** By how much a figure changed, in its unit. */
export function changeOf({ used, baseline, unit }: BudgetRow): string {
  if (baseline === undefined || baseline === used) return '';
  return `${used > baseline ? '+' : '−'}${amount(Math.abs(used - baseline), unit)}`;
}

export function topSymbols({ now, before }: SizeResult): Change[] {
  return before ? symbolChanges(before, now).slice(0, MOST_SYMBOLS) : [];
}

/** Parts with what they take now, and by how much that changed; gone ones too. */
export function partRows({ now, before }: SizeResult): string[][] {
  const changes = new Map((before ? partChanges(before, now) : []).map((change) => [change.name, change]));
  const gone = [...changes.keys()].filter((name) => !now.parts.some((part) => part.name === name));
  const all = [...now.parts, ...gone.map((name) => ({ name, flash: 0, ram: 0 }))];
  return all.map(({ name, flash, ram }) => {
    const change = changes.get(name);
    const cells = [name, amount(flash, 'B'), amount(ram, 'B')];
    return before ? [...cells, signed(change?.flash ?? 0), signed(change?.ram ?? 0)] : cells;
  });
}

export function partHead({ before }: SizeResult): string[] {
  return ['part', 'flash', 'RAM', ...(before ? ['flash ±', 'RAM ±'] : [])];
}

export function figureHead({ before }: SizeResult): string[] {
  return ['', 'used', ...(before ? ['change'] : []), 'budget', ''];
}

export function figureRows({ rows, before }: SizeResult): string[][] {
  return rows.map((row) => {
    const [figure, used, budget, verdict] = row.cells;
    return [figure, used, ...(before ? [changeOf(row)] : []), budget, verdict];
  });
}

/** Nobody is to take an estimate for what was measured. */
export function estimateWords({ now: { estimate } }: Pick<SizeResult, 'now'>): string {
  if (!estimate) return '';
  const of = estimate.model === null ? 'the shape that kiln.yaml asks for, before its training' : estimate.model;
  return `Estimated for ${estimate.board}, nothing was built: ${of}`;
}

/** A comment for a pull request. */
export function markdown(result: SizeResult): string {
  const over = result.rows.filter((row) => row.over);
  const title = over.length > 0 ? `✗ ${over.map(({ figure }) => figure).join(', ')} over budget` : '✓ within budget';
  const symbols = topSymbols(result);
  const changed = symbols.map(({ name, part, flash, ram, state }) => [
    `\`${name}\``,
    part,
    state,
    signed(flash),
    signed(ram),
  ]);
  return [
    `### ${result.name}: ${title}`,
    ...(result.now.estimate ? [estimateWords(result)] : []),
    table(figureHead(result), figureRows(result)),
    `<details${over.length > 0 ? ' open' : ''}><summary>By part</summary>\n\n${table(partHead(result), partRows(result))}\n\n</details>`,
    ...(symbols.length > 0
      ? [`**What changed most**\n\n${table(['symbol', 'part', '', 'flash', 'RAM'], changed)}`]
      : []),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  const align = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [line(head), line(align), ...rows.map(line)].join('\n');
}

/** A test case for each figure. */
export function junit({ name, rows }: SizeResult): string {
  const cases = rows.map(({ figure, over, cells: [, used, budget, verdict] }) => {
    const failure = over ? `<failure message="${escape(`${figure}: ${used}, budget ${budget}: ${verdict}`)}"/>` : '';
    return `    <testcase classname="${escape(name)}" name="${escape(figure)}">${failure}<system-out>${escape(`${used}, budget ${budget}`)}</system-out></testcase>`;
  });
  const failures = rows.filter(({ over }) => over).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${rows.length}" failures="${failures}">`,
    `  <testsuite name="${escape(`kiln size: ${name}`)}" tests="${rows.length}" failures="${failures}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

/** What is over budget, in words, with the symbols that grew. */
function complaint(result: SizeResult, { cells: [figure, used, budget, verdict] }: BudgetRow): string {
  const grown = topSymbols(result).filter(({ flash, ram }) => flash + ram > 0);
  const symbols = grown.map(({ name, flash, ram }) => `${name} ${signed(flash + ram)}`).join(', ');
  const said = result.now.estimate ? `${figure}, estimated` : figure;
  return `${said}: ${used}, budget ${budget}: ${verdict}${symbols && `. Grown: ${symbols}`}`;
}

/** SARIF 2.1.0 (OASIS). */
export function sarif(result: SizeResult): string {
  const rule = (figure: string) => `budget/${figure.replace(/[^\w]+/g, '-')}`;
  const location = { physicalLocation: { artifactLocation: { uri: CONFIG_FILE }, region: { startLine: 1 } } };
  const run = {
    tool: {
      driver: {
        name: 'kiln size',
        version: packageVersion(),
        rules: result.rows.map(({ figure }) => ({
          id: rule(figure),
          shortDescription: { text: `budget of ${figure}` },
        })),
      },
    },
    results: result.rows
      .filter(({ over }) => over)
      .map((row) => ({
        ruleId: rule(row.figure),
        level: 'error',
        message: { text: complaint(result, row) },
        locations: [location],
      })),
  };
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2);
}

/** Commands of a workflow's log: each shows as an annotation of kiln.yaml. */
export function github(result: SizeResult): string {
  const data = (text: string) => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  const lines = result.rows
    .filter(({ over }) => over)
    .map(
      (row) =>
        `::error file=${CONFIG_FILE},title=${data(`${result.name}: ${row.figure}`)}::${data(complaint(result, row))}`,
    );
  return overBudget(result.rows)
    ? lines.join('\n')
    : `::notice title=${data(result.name)}::within budget${result.now.estimate ? ', estimated' : ''}`;
}
