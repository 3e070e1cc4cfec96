// One self-contained HTML page for a run: no script, no request, light and dark.
import { curves } from './curves.js';
import { memoryPlan } from './memory.js';
import type { RunReport } from './run_report.js';
import { escape } from './svg.js';

export type { RunReport } from './run_report.js';

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--faint:#5b6675;--rule:#d5dbe3;--paper:#fff;--train:#1769aa;--val:#b3500b;--cell:23,105,170}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--faint:#a3adba;--rule:#3a4450;--paper:#14181d;--train:#6cb6f5;--val:#f2a365;--cell:108,182,245}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{margin:0}h2{margin:2.2rem 0 .6rem;font-size:1.2rem}p,.faint{color:var(--faint);margin:.2rem 0}
table{border-collapse:collapse}th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--rule)}th:first-child,td:first-child{text-align:left}
.wide{overflow-x:auto}.confusion td,.confusion th{padding:.25rem .4rem;min-width:2rem;text-align:center}.confusion th:first-child{text-align:right}
svg{width:100%;height:auto}svg text{fill:var(--faint);font-size:12px}.grid{stroke:var(--rule)}.train,.val{fill:none;stroke-width:2;stroke:var(--train)}.val{stroke:var(--val)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:1rem}figure{margin:0}figcaption{color:var(--faint)}
.key{display:inline-block;width:1.2em;height:3px;vertical-align:middle;margin:0 .3em 0 1em;background:var(--train)}.key.v{background:var(--val)}
.tensor{stroke:var(--paper);stroke-width:1;fill-opacity:.85}svg .on-box{fill:#fff}.hue0{fill:#1769aa}.hue1{fill:#8a5a00}.hue2{fill:#2f7a3d}.hue3{fill:#8b3a86}.hue4{fill:#a3402f}.hue5{fill:#4b5a8f}
details{margin:.5rem 0}`;

export function renderPage(report: RunReport): string {
  const { name, board, verified, version, history, memory } = report;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(name)}: tinykiln run</title><style>${STYLE}</style></head><body><main>
<h1>${escape(name)}</h1>
<p>${escape(board)}, verified: ${escape(verified)}; tinykiln ${escape(version)}</p>
<h2>Figures</h2>
${table(
  ['', 'measured', 'budget', ''],
  report.figures.map((f) => [f.name, f.measured, f.budget, f.verdict]),
)}
<h2>Training</h2>
<div class="pair">
<figure>${curves('accuracy by epoch', history, 'accuracy')}<figcaption>Accuracy <span class="key"></span>train <span class="key v"></span>validation</figcaption></figure>
<figure>${curves('loss by epoch', history, 'loss')}<figcaption>Loss <span class="key"></span>train <span class="key v"></span>validation</figcaption></figure>
</div>
<details><summary>By epoch</summary>${historyTable(report)}</details>
<h2>Confusion of the int8 model, test split</h2>
<p>Rows: what was said. Columns: what was heard.</p>
${confusionTable(report)}
<h2>Memory plan</h2>
<p>${memory.arenaBytes.toLocaleString('en')} B of arena; from left to right, the layers of one inference. A layer writes over what it has read of its input where both boxes meet.</p>
<figure class="wide">${memoryPlan(memory)}</figure>
<details><summary>By tensor</summary>${memoryTable(report)}</details>
</main></body></html>
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const header = head.map((cell) => (cell ? `<th scope="col">${escape(cell)}</th>` : '<td></td>')).join('');
  const body = rows.map(([first = '', ...rest]) => {
    return `<tr><th scope="row">${escape(first)}</th>${rest.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`;
  });
  return `<div class="wide"><table><thead><tr>${header}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function historyTable({ history }: RunReport): string {
  const percent = (part: number) => `${(100 * part).toFixed(2)} %`;
  const rows = history.map((e) => [
    String(e.epoch),
    e.loss.toFixed(4),
    percent(e.accuracy),
    e.valLoss.toFixed(4),
    percent(e.valAccuracy),
  ]);
  return table(['epoch', 'loss', 'accuracy', 'validation loss', 'validation accuracy'], rows);
}

function memoryTable({ memory: { allocations, layers } }: RunReport): string {
  const rows = allocations.map((a) => [a.name, layers[a.firstOp] ?? 'start', String(a.offset), String(a.bytes)]);
  return table(['tensor', 'from', 'offset', 'bytes'], rows);
}

/** Each cell as dark as its share of the row. */
function confusionTable({ labels, confusion }: RunReport): string {
  const head = labels.map((label) => `<th scope="col">${escape(label)}</th>`).join('');
  const rows = confusion.map((row, i) => {
    const total = row.reduce((sum, n) => sum + n, 0) || 1;
    const cells = row.map(
      (n) => `<td style="background:rgba(var(--cell),${((0.55 * n) / total).toFixed(2)})">${n || ''}</td>`,
    );
    return `<tr><th scope="row">${escape(labels[i] ?? '')}</th>${cells.join('')}</tr>`;
  });
  return `<div class="wide"><table class="confusion"><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
