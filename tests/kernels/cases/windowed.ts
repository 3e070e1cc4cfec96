// What the cases of windowed ops have in common: a window in few words, and scales at which an output fills its int8.
import { elements, type Activation, type Padding } from '../../../converter/graph/graph.js';
import { outputSize } from '../../../converter/ops/window.js';

type Pair = [height: number, width: number];

export interface Windowed {
  input: number[];
  filter: Pair;
  stride?: Pair;
  dilation?: Pair;
  padding?: Padding;
  activation?: Activation;
  /** Zero points of input and output. */
  zeroPoints?: [input: number, output: number];
}

/** A window with weights. */
export interface Convolution extends Windowed {
  /** Output channels. */
  channels: number;
  /** Largest |bias|; without it there is no bias. */
  bias?: number;
  /** One per channel, or one for all. */
  scales?: number[];
  outputScale?: number;
}

export const INPUT_SCALE = 0.05;

/** A scale for each channel, each larger than the one before. */
export function spread(channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => 0.004 * (1 + c));
}

export function windowOptions({ padding = 'SAME', activation = 'NONE', ...spec }: Windowed) {
  const [strideH, strideW] = spec.stride ?? [1, 1];
  const [dilationH, dilationW] = spec.dilation ?? [1, 1];
  return { padding, strideH, strideW, activation, dilationH, dilationW };
}

/** Shape of the output. */
export function windowOutput(spec: Windowed, channels: number): number[] {
  const { padding, strideH, strideW, dilationH, dilationW } = windowOptions(spec);
  const [batches, height, width] = spec.input as [number, number, number];
  const outH = outputSize(padding, height, spec.filter[0], strideH, dilationH);
  const outW = outputSize(padding, width, spec.filter[1], strideW, dilationW);
  return [batches, outH, outW, channels];
}

/** An output scale at which the sums of `depth` random products fill int8 without clipping much. */
export function fillingScale(depth: number, scales: readonly number[]): number {
  const middle = scales[scales.length >> 1]!;
  return (INPUT_SCALE * middle * Math.sqrt(depth) * 73 * 74) / 50;
}

/** Values under the window in all channels. */
export function windowDepth({ input, filter }: Windowed): number {
  return elements(filter) * input.at(-1)!;
}
