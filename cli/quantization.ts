// How a float model is to be quantized, from kiln.yaml and the command line; and what that cost, as a table and a file.
import { resolve } from 'node:path';
import { writeAtomic } from '../base/files.js';
import { measureLayers, type Measurable } from '../converter/measure_layers.js';
import type { LayerReport, QuantizationReport } from '../converter/quantization/report.js';
import type { ValueRange } from '../converter/quantization/scales.js';
import type { Method, MethodChoice } from '../converter/quantization/method.js';
import { percent } from './budget.js';
import type { Arguments } from './command.js';
import type { Config } from './config.js';
import type { Context } from './context.js';

/** The command line's options before the config's keys; what neither names is chosen by measuring. */
export function methodChoice(config: Config['quantize'] | undefined, args: Arguments): MethodChoice {
  const wanted = (key: keyof Config['quantize']) => args[key] ?? config?.[key];
  const isOn = (key: keyof Config['quantize']) => {
    const value = wanted(key);
    return value === 'on' || value === 'off' ? value === 'on' : undefined;
  };
  return {
    ranges: wanted('ranges') as MethodChoice['ranges'],
    percentile: wanted('percentile') as number | undefined,
    equalization: wanted('equalization') as MethodChoice['equalization'],
    dense: wanted('dense') as MethodChoice['dense'],
    biasCorrection: isOn('biasCorrection'),
    compensation: isOn('compensation'),
  };
}

/** `ranges by min-max, layers equalized by weights, biases corrected` */
function describeMethod({ method, ranges }: Measurable & { method: Method }): string {
  const { equalization, dense, biasCorrection, compensation } = method;
  const trained = [...ranges.values()].some((choice) => choice.method === 'trained');
  const by = method.ranges === 'least-error' ? 'by the least error of each tensor' : `by ${method.ranges}`;
  const parts = [
    `ranges ${trained ? 'as they were trained' : by}`,
    ...(dense === 'per-channel' ? ['dense weights per channel'] : []),
    ...(equalization === 'none' ? [] : [`layers equalized by ${equalization}`]),
    ...(biasCorrection ? ['biases corrected'] : []),
    ...(compensation ? ['rounding compensated'] : []),
  ];
  return parts.join(', ');
}

/** Measures each layer where the command line asks for it with --report: prints the table, writes the file. */
export function reportLayers(
  found: Measurable & { method: Method },
  inputs: readonly Float32Array[],
  { report }: Arguments,
  { cwd, reporter }: Context,
): QuantizationReport | undefined {
  reporter.line(describeMethod(found));
  if (typeof report !== 'string') return undefined;
  const measured = measureLayers(found, inputs);
  const path = resolve(cwd, report);
  writeAtomic(path, `${JSON.stringify({ method: found.method, ...measured }, null, 2)}\n`);
  reporter.table(
    ['layer', 'op', 'dB', 'alone', 'int8 range', 'calibrated', 'by', 'clipped', 'spread', 'costs dB', ''],
    measured.layers.map(layerRow),
  );
  reporter.line(`int8 against float on ${measured.inputs} inputs: ${measured.sqnr.toFixed(1)} dB at the outputs`);
  reporter.line(path);
  return measured;
}

/** Layers that are named among those that cost most. */
const DEAREST = 3;

function layerRow(layer: LayerReport): string[] {
  const { name, opcode, sqnr, ownSqnr, range, calibrated, method, saturated, weightSpread, cost, rank } = layer;
  return [
    name.split(';')[0]!.split('/').slice(-2).join('/').slice(-28),
    opcode,
    ...[sqnr, ownSqnr].map((db) => db.toFixed(1)),
    ...[range, calibrated].map(rangeText),
    method,
    saturated === 0 ? '-' : percent(saturated),
    weightSpread === undefined ? '-' : weightSpread.toFixed(1),
    cost.toFixed(2),
    rank <= DEAREST && cost > 0 ? '◂'.repeat(DEAREST + 1 - rank) : '',
  ];
}

function rangeText({ min, max }: ValueRange): string {
  return `${min.toPrecision(3)} … ${max.toPrecision(3)}`;
}
