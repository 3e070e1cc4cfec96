// A model, or the difference of two, as tables.
import type { Comparison, LayerComparison } from '../converter/compare.js';
import type { InspectedOp, InspectedTensor, Inspection } from '../converter/inspect.js';
import type { ModelMetadata } from '../converter/metadata.js';
import type { Reporter } from './reporter.js';
import { formatBytes } from './units.js';

const BAR_WIDTH = 16;
const EIGHTHS = ' ▏▎▍▌▋▊▉█';

export function reportInspection(reporter: Reporter, found: Inspection, said: ModelMetadata): void {
  const { macs, parameters, constantBytes, arenaBytes } = found.totals;
  reporter.table(
    ['layer', 'op', 'output', 'scale', 'zero', 'MACs', 'parameters', 'arena', ''],
    found.ops.map((op) => [
      layerTitle(op.name),
      op.version > 1 ? `${op.opcode} v${op.version}` : op.opcode,
      op.outputs.map(shape).join(' '),
      ...quantization(op.outputs[0]!),
      number(op.macs),
      number(op.parameters),
      formatBytes(op.liveBytes),
      bar(op.liveBytes / arenaBytes),
    ]),
  );
  reporter.line(
    `${ends(found.inputs)} → ${ends(found.outputs)}: ${number(macs)} MACs, ${number(parameters)} parameters`,
  );
  reporter.line(`constants ${formatBytes(constantBytes)}, arena ${number(arenaBytes)} B`);
  if (said.labels) reporter.line(`labels ${said.labels.join(', ')}`);
  if (said.frontend) reporter.line(`front end ${said.frontend.kind}, ${said.frontend.sha256.slice(0, 16)}`);
}

function ends(tensors: readonly InspectedTensor[]): string {
  return tensors.map((tensor) => `${tensor.dtype} ${shape(tensor)}`).join(', ');
}

function shape(tensor: InspectedTensor): string {
  return tensor.shape.join('×');
}

function quantization({ quantization }: InspectedTensor): [scale: string, zeroPoint: string] {
  return quantization ? [quantization.scale[0]!.toPrecision(5), String(quantization.zeroPoint[0])] : ['-', '-'];
}

function number(n: number): string {
  return n.toLocaleString('en');
}

/** A share of one, to an eighth of a column. */
function bar(share: number): string {
  const eighths = Math.round(share * BAR_WIDTH * 8);
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!.trim();
}

/** Keras joins the names of all that it fused with semicolons: the last parts of the first say which layer it is. */
function layerTitle(name: string): string {
  return name.split(';')[0]!.split('/').slice(-2).join('/').slice(-36);
}

export function reportComparison(reporter: Reporter, comparison: Comparison, first: string, second: string): void {
  reporter.line(`first   ${first}`);
  reporter.line(`second  ${second}`);
  const rows = comparison.layers.flatMap(layerRows);
  if (rows.length > 0) reporter.table(['layer', 'op', 'what', 'first', 'second'], rows);
  reporter.table(
    ['', 'first', 'second', 'change'],
    comparison.totals.map(({ what, first, second }) => [what, number(first), number(second), change(first, second)]),
  );
  const changed = comparison.layers.filter((layer) => layerRows(layer).length > 0).length;
  reporter.line(
    comparison.identical
      ? `all ${comparison.layers.length} layers are the same`
      : `${changed} of ${comparison.layers.length} layers differ`,
  );
}

/** One row for each difference; the layer is named in the first. */
function layerRows({ first, second, differences, weights }: LayerComparison): string[][] {
  const { name, opcode } = (first ?? second)!;
  const details = differences.map(({ what, first, second }) => [what, first, second]);
  if (!first || !second) details.push(['layer', first ? summary(first) : 'none', second ? summary(second) : 'none']);
  for (const { name: constant, decibels, largest } of weights) {
    if (decibels === null) continue;
    details.push([
      `values of ${layerTitle(constant)}`,
      '',
      `${decibels.toFixed(1)} dB, at most ${largest.toPrecision(3)} off`,
    ]);
  }
  return details.map((detail, i) => [...(i === 0 ? [layerTitle(name), opcode] : ['', '']), ...detail]);
}

function summary({ outputs, parameters }: InspectedOp): string {
  return `${outputs.map(shape).join(' ')}, ${number(parameters)} parameters`;
}

function change(first: number, second: number): string {
  if (first === second) return '=';
  const percent = first === 0 ? '' : ` (${(100 * (second / first - 1)).toFixed(1)} %)`;
  return `${second > first ? '+' : '−'}${number(Math.abs(second - first))}${percent}`;
}
