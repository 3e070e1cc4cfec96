// The sections of a report: each its picture and its numbers, or what to run where it was not measured.
import { bars } from './bars.js';
import { confusionMatrix } from './confusion.js';
import { curves } from './curves.js';
import { detPicture } from './det.js';
import { details, figure, missing, number, percent, table, wide } from './html.js';
import { memoryPlan } from './memory.js';
import type { Confusion, DetCurve, DetPoint, Drift, Flash, Instructions, Memory, Report } from './report.js';
import type { Epoch, Quantization, ValidationFacts } from './report.js';
import { escape } from './svg.js';
import { flashMap } from './treemap.js';

const KEY = '<span class="key"></span>train <span class="key v"></span>validation';

export function training(history: Epoch[] | undefined): string {
  if (!history) return missing('Nothing was trained here:', 'kiln train');
  const rows = history.map((e) => [
    ...[String(e.epoch), e.loss.toFixed(4), percent(e.accuracy), e.valLoss.toFixed(4), percent(e.valAccuracy)],
  ]);
  const head = ['epoch', 'loss', 'accuracy', 'validation loss', 'validation accuracy'];
  const pictures = [
    figure(curves('accuracy by epoch', history, 'accuracy'), `Accuracy ${KEY}`),
    figure(curves('loss by epoch', history, 'loss'), `Loss ${KEY}`),
  ];
  return `<div class="pair">${pictures.join('')}</div>${details('By epoch', table(head, rows, 'training by epoch'))}`;
}

export function confusion(found: Confusion | undefined): string {
  if (!found) return missing('The int8 model was not measured on a test split:', 'kiln convert');
  const { labels, counts } = found;
  const sum = (values: readonly number[]) => values.reduce((total, n) => total + n, 0);
  const share = (part: number, whole: number) => (whole === 0 ? '-' : percent(part / whole));
  const rows = labels.map((label, i) => {
    const [right, said, heard] = [counts[i]![i]!, sum(counts[i]!), sum(counts.map((row) => row[i]!))];
    return [label, number(said), share(right, said), share(right, heard)];
  });
  const numbers = table(['class', 'examples', 'recall', 'precision'], rows, 'recall and precision by class');
  const words = '<p>Rows: what it was. Columns: what the int8 model said, on the test split.</p>';
  return `${words}${figure(confusionMatrix(found))}${details('By class', numbers)}`;
}

export function det(curve: DetCurve | undefined): string {
  if (!curve) return missing('False accepts were not measured on a long stream:', 'kiln evaluate');
  const { heard, points, chosen } = curve;
  const rows = points.map((point) => [point.threshold?.toFixed(3) ?? '-', ...rates(point)]);
  const head = ['threshold', 'missed', 'false accepts an hour'];
  const caption = chosen ? `${escape(chosenWords(chosen))} (the dot)` : '';
  const words = `<p>${escape(heard)}. Lower and further left is better.</p>`;
  return `${words}${figure(`<div class="limited">${detPicture(curve)}</div>`, caption)}${details('By threshold', table(head, rows, 'DET curve'))}`;
}

function rates({ falseRejects, falseAccepts }: DetPoint): [missed: string, accepts: string] {
  return [percent(falseRejects), falseAccepts.toFixed(2)];
}

function chosenWords({ intervals, ...point }: DetCurve['chosen'] & {}): string {
  const [missed, accepts] = rates(point);
  const { falseRejects: r, falseAccepts: a } = intervals;
  const shares = `${missed} missed (95 %: ${percent(r[0])} to ${percent(r[1])})`;
  return `Chosen: ${shares}, ${accepts} false accepts an hour (95 %: ${a[0].toFixed(2)} to ${a[1].toFixed(2)})`;
}

/** Beyond this a layer's noise is of no account: what a bar may show at most. */
const MOST_DB = 60;

export function quantization(found: Quantization | undefined): string {
  if (!found) return missing('Layers were not compared, float against int8:', 'kiln convert');
  const { layers, sqnr, inputs } = found;
  const rows = layers.map(({ name, opcode, sqnr: db, ownSqnr, cost }) => ({
    name,
    value: db,
    kind: opcode,
    cells: [db.toFixed(1), ownSqnr.toFixed(1), cost.toFixed(2)],
  }));
  const words = `Signal to noise of each layer's int8 output against float, on ${number(inputs)} inputs: ${sqnr.toFixed(1)} dB at the end. A layer costs what the end would gain if it alone stayed in float.`;
  const head = ['layer', 'longer is better', 'dB', 'alone', 'costs'];
  return `<p>${words}</p>${figure(bars(head, rows, 'signal to noise by layer', MOST_DB))}`;
}

export function memory(found: Memory | undefined): string {
  if (!found) return missing('There is no model yet:', 'kiln convert');
  const { arenaBytes, allocations, layers } = found;
  const rows = allocations.map((a) => [
    ...[a.name, layers[a.firstOp] ?? 'start', layers[a.lastOp] ?? 'end', number(a.offset), number(a.bytes)],
  ]);
  const words = `${number(arenaBytes)} B of arena; from left to right, the layers of one inference. A layer writes over what it has read of its input where both boxes meet.`;
  const numbers = table(['tensor', 'from', 'until', 'offset', 'bytes'], rows, 'memory plan by tensor');
  const plan = figure(wide(`<div class="big">${memoryPlan(found)}</div>`, 'memory plan'));
  return `<p>${words}</p>${plan}${details('By tensor', numbers)}`;
}

export function flash(found: Flash | undefined): string {
  if (!found) return missing('There is no firmware yet:', 'kiln build');
  const share = (bytes: number) => percent(bytes / found.bytes, 1);
  const parts = found.parts.map(({ name, bytes }) => [name, number(bytes), share(bytes)]);
  const symbols = found.parts.flatMap(({ name, symbols: own }) => {
    return own.slice(0, 10).map((symbol) => [symbol.name, name, number(symbol.bytes)]);
  });
  const map = figure(wide(`<div class="big">${flashMap(found)}</div>`, 'map of the flash'));
  return [
    `<p>${number(found.bytes)} B; an area is its bytes.</p>${map}`,
    details('By part', table(['part', 'bytes', 'share'], parts, 'flash by part')),
    details('Largest symbols', table(['symbol', 'part', 'bytes'], symbols, 'largest symbols of each part')),
  ].join('');
}

export function instructions(found: Instructions | undefined): string {
  if (!found) return missing('Instructions were not counted (an emulator of the core is needed):', 'kiln report');
  const { of = 'an inference', board, total, layers } = found;
  const rows = layers.map(({ name, op, instructions: value }) => ({
    name,
    kind: op,
    value,
    cells: [number(value), percent(total === 0 ? 0 : value / total, 1)],
  }));
  const words = `${number(total)} instructions for ${of} on ${board}, counted by the emulator. Instructions are no cycles.`;
  const head = ['layer', 'shorter is better', 'instructions', 'share'];
  return `<p>${escape(words)}</p>${figure(bars(head, rows, 'instructions by layer'))}`;
}

export function validation(found: ValidationFacts | undefined): string {
  if (!found) return missing('No board has answered for this model yet:', 'kiln validate');
  const { vectors, equal, facts } = found;
  const all = equal === vectors;
  const verdict = `<p class="${all ? 'good' : 'bad'}">${all ? '✓' : '✗'} ${number(equal)} of ${number(vectors)} vectors equal</p>`;
  return `${verdict}${table(['', 'found'], facts, 'validation receipt')}`;
}

export function drift(found: Drift | undefined): string {
  if (!found) return missing('Nothing was compared with training:', 'kiln drift --json > build/drift.json');
  const kinds = found.quantities[0]?.figures.map(({ kind }) => kind) ?? [];
  const rows = found.quantities.map(({ name, figures, moved }) => ({
    name,
    value: Math.max(0, ...figures.map(({ value, limit }) => Math.abs(value) / limit)),
    cells: [...figures.map(({ value, limit }) => `${value.toFixed(2)} / ${limit.toFixed(2)}`), moved ? 'moved' : ''],
    over: moved,
  }));
  const verdict = found.drift ? 'bad' : 'good';
  const words = `<p class="${verdict}">${found.drift ? '✗ drift' : '✓ no drift'} in ${number(found.windows)} windows</p>`;
  return `${words}${figure(bars(['quantity', 'of its limit', ...kinds, ''], rows, 'drift by quantity', 2))}`;
}

export function figures(found: Report['figures']): string {
  const rows = found.map((f) => [f.name, f.measured, f.budget, f.verdict]);
  return table(['', 'measured', 'budget', ''], rows, 'figures against the budget');
}
