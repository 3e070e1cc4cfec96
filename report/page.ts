// One self-contained HTML page: no script, no request, light and dark.
import * as alarms from './alarm_sections.js';
import { section } from './html.js';
import type { Report } from './report.js';
import * as sections from './sections.js';
import { STYLE } from './style.js';
import { escape } from './svg.js';

export type { Report } from './report.js';

export function renderPage(report: Report): string {
  const { name, board, verified, version, model } = report;
  const parts = partsOf(report);
  const links = parts.map(([id, title]) => `<a href="#${id}">${escape(title)}</a>`).join('');
  const under = `${board}, verified: ${verified}; ${model ? `model ${model}, ` : ''}tinykiln ${version}`;
  return document(
    `${name}: tinykiln report`,
    `<h1>${escape(name)}</h1><p>${escape(under)}</p><nav aria-label="sections">${links}</nav>
${parts.map(([id, title, body]) => section(id, title, body)).join('\n')}`,
  );
}

export function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(title)}</title><style>${STYLE}</style></head><body><main>
${body}
</main></body></html>
`;
}

type Part = readonly [id: string, title: string, body: string];

function partsOf(report: Report): Part[] {
  return [
    ['figures', 'Figures', sections.figures(report.figures)],
    ...(report.task === 'anomaly' ? detectorParts(report) : networkParts(report)),
    ['flash', 'Flash', sections.flash(report.flash)],
    ['instructions', 'Instructions', sections.instructions(report.instructions)],
    ['validation', 'Validation', sections.validation(report.validation)],
    ['drift', 'Drift', sections.drift(report.drift)],
  ];
}

function networkParts(report: Report): Part[] {
  return [
    ['training', 'Training', sections.training(report.training)],
    ['confusion', 'Confusion matrix', sections.confusion(report.confusion)],
    ['det', 'DET curve', sections.det(report.det)],
    ['quantization', 'Float against int8', sections.quantization(report.quantization)],
    ['memory', 'Memory plan', sections.memory(report.memory)],
  ];
}

function detectorParts(report: Report): Part[] {
  return [
    ['courses', 'Scores over time', alarms.courses(report.courses)],
    ['roc', 'ROC curve', alarms.roc(report.roc)],
    ['groups', 'By machine and fault', alarms.groups(report.alarms)],
  ];
}
