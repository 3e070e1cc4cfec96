// What quantization costs, layer by layer: plain data, and the order of who costs most.
import type { RangeChoice } from './range_choice.js';
import type { ValueRange } from './scales.js';

export interface LayerReport {
  name: string;
  opcode: string;
  /** Signal-to-noise ratio of its outputs in the int8 net against the float net, in dB. */
  sqnr: number;
  /** The same of the layer by itself: its inputs are those of the float net, quantized. */
  ownSqnr: number;
  /** From −128 to 127, in real values. */
  range: ValueRange;
  /** What the float net gave on the calibration inputs. */
  calibrated: ValueRange;
  /** How the range was chosen; `fixed` by TFLite's specification or by the caller. */
  method: RangeChoice['method'] | 'fixed';
  /** Share of the float values that lie outside the range, and so are clipped. */
  saturated: number;
  /** The largest over the smallest range of a weight channel: what one scale for all would lose. Left out without weights. */
  weightSpread?: number;
  /** dB by which the output's signal-to-noise ratio rises where this layer alone stays in float. */
  cost: number;
  /** 1 for the layer that costs most. */
  rank: number;
}

export interface QuantizationReport {
  /** Inputs that it was measured on. */
  inputs: number;
  /** At the graph's outputs, in dB. */
  sqnr: number;
  /** In the graph's order. */
  layers: LayerReport[];
}

/** Gives each layer its rank. */
export function ranked(layers: readonly Omit<LayerReport, 'rank'>[]): LayerReport[] {
  const order = [...layers].sort((a, b) => b.cost - a.cost);
  return layers.map((layer) => ({ ...layer, rank: order.indexOf(layer) + 1 }));
}
