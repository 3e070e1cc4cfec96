// The confusion matrix: each cell as dark as its share of the row, with its count.
import { wide } from './html.js';
import type { Confusion } from './report.js';
import { escape } from './svg.js';

export function confusionMatrix({ labels, counts }: Confusion): string {
  const head = labels.map((label) => `<th scope="col">${escape(label)}</th>`).join('');
  const rows = counts.map((row, i) => {
    const total = row.reduce((sum, n) => sum + n, 0) || 1;
    const cells = row.map((n, j) => {
      const shade = `background:rgba(var(--cell),${((0.4 * n) / total).toFixed(2)})`;
      return `<td style="${shade}"${i === j ? ' class="diagonal"' : ''}>${n || ''}</td>`;
    });
    return `<tr><th scope="row">${escape(labels[i] ?? '')}</th>${cells.join('')}</tr>`;
  });
  const inner = `<thead><tr><td></td>${head}</tr></thead><tbody>${rows.join('')}</tbody>`;
  return wide(`<table class="confusion">${inner}</table>`, 'confusion matrix');
}
