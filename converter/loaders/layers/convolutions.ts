// Layers with filters: convolutions of one and two dimensions, and dense ones.
import { z } from 'zod';
import type { LayerContext } from '../layer_context.js';
import { activate } from './activations.js';
import {
  asImage,
  biasOf,
  channelsLast,
  dilation2d,
  NO_ACTIVATION,
  outputsFirst,
  pair,
  paddingOf,
  single,
  whole,
  window2d,
} from './options.js';

interface Filters {
  size: readonly [number, number];
  strides: readonly [number, number];
  dilation: readonly [number, number];
  padding: 'SAME' | 'VALID';
}

function options({ strides, dilation, padding }: Filters) {
  const [strideH, strideW] = strides;
  const [dilationH, dilationW] = dilation;
  return { padding, strideH, strideW, dilationH, dilationW, activation: NO_ACTIVATION };
}

export function conv2d(context: LayerContext): void {
  const { layer } = context;
  const window = window2d(layer);
  const { dilationH, dilationW } = dilation2d(layer);
  const [height, width] = layer.read('kernel_size', pair);
  const kernelShape = (inputs: number, filters: number) => [height, width, inputs, filters];
  const { padding, strideH, strideW } = window;
  convolve(context, kernelShape, {
    size: [height, width],
    strides: [strideH, strideW],
    dilation: [dilationH, dilationW],
    padding,
  });
  activate(context);
}

/** An image of one row; `causal` looks back only. */
export function conv1d(context: LayerContext): void {
  const { layer } = context;
  channelsLast(layer);
  const size = layer.read('kernel_size', single);
  const dilation = layer.read('dilation_rate', single, 1);
  const stride = layer.read('strides', single, 1);
  const isCausal = layer.read('padding', z.string(), 'valid') === 'causal';
  if (isCausal) pad(context, [0, 0, (size - 1) * dilation, 0, 0, 0]);
  const padding = isCausal ? 'VALID' : paddingOf(layer);
  asImage(context, () =>
    convolve(context, (inputs, filters) => [size, inputs, filters], {
      size: [1, size],
      strides: [1, stride],
      dilation: [1, dilation],
      padding,
    }),
  );
  activate(context);
}

/** @param amounts before and after each dimension */
export function pad(context: LayerContext, amounts: readonly number[]): void {
  if (amounts.every((n) => n === 0)) return;
  context.append('PAD', {}, [context.integers('paddings', amounts, [amounts.length / 2, 2])], 'pad');
}

function convolve(
  context: LayerContext,
  kernelShape: (inputs: number, filters: number) => number[],
  filters: Filters,
): void {
  const { layer } = context;
  const groups = layer.read('groups', whole, 1);
  const outputs = layer.read('filters', whole);
  const inputs = context.shape.at(-1)! / groups;
  if (!Number.isInteger(inputs)) throw layer.invalid(`has ${groups} groups for ${context.shape.at(-1)} channels`);
  const kernel = context.weight('kernel', kernelShape(inputs, outputs));
  const weights = context.constant('kernel', [outputs, ...filters.size, inputs], outputsFirst(kernel, outputs));
  context.append('CONV_2D', options(filters), [weights, ...biasOf(context, outputs)]);
}

export function depthwiseConv2d(context: LayerContext): void {
  const { layer } = context;
  expectUndilated(context);
  const size = layer.read('kernel_size', pair);
  const { padding, strideH, strideW } = window2d(layer);
  depthwise(context, size, { size, strides: [strideH, strideW], dilation: [1, 1], padding }, true);
  activate(context);
}

export function depthwiseConv1d(context: LayerContext): void {
  const { layer } = context;
  channelsLast(layer);
  const size = layer.read('kernel_size', single);
  const stride = layer.read('strides', single, 1);
  const dilation = layer.read('dilation_rate', single, 1);
  const filters: Filters = {
    size: [1, size],
    strides: [1, stride],
    dilation: [1, dilation],
    padding: paddingOf(layer),
  };
  asImage(context, () => depthwise(context, [size], filters, true));
  activate(context);
}

/** Keras computes a depthwise layer's dilation and tfjs leaves it out, so a file does not say what was trained. */
function expectUndilated({ layer }: LayerContext): void {
  const { dilationH, dilationW } = dilation2d(layer);
  if (dilationH === 1 && dilationW === 1) return;
  throw layer.unsupported(`has dilation_rate [${dilationH},${dilationW}], which tfjs computes as 1 and Keras does not`);
}

/** @param kernelSize as the weight's shape has it */
function depthwise(context: LayerContext, kernelSize: readonly number[], filters: Filters, last: boolean): void {
  const { layer } = context;
  // tfjs leaves a SeparableConv2D's multiplier out of the config.
  const written = last ? undefined : context.weightShape('depthwise_kernel')?.at(-1);
  const depthMultiplier = layer.read('depth_multiplier', whole, written ?? 1);
  const channels = context.shape.at(-1)!;
  const names = last ? ['depthwise_kernel', 'kernel'] : ['depthwise_kernel'];
  const kernel = context.weight(names, [...kernelSize, channels, depthMultiplier]);
  const outputs = channels * depthMultiplier;
  const weights = context.constant('depthwise_kernel', [1, ...filters.size, outputs], kernel);
  const bias = last ? biasOf(context, outputs) : [];
  context.append(
    'DEPTHWISE_CONV_2D',
    { ...options(filters), depthMultiplier },
    [weights, ...bias],
    last ? '' : 'depthwise',
  );
}

export function separableConv2d(context: LayerContext): void {
  const { layer } = context;
  const size = layer.read('kernel_size', pair);
  const { padding, strideH, strideW } = window2d(layer);
  const { dilationH, dilationW } = dilation2d(layer);
  const filters: Filters = { size, strides: [strideH, strideW], dilation: [dilationH, dilationW], padding };
  depthwise(context, size, filters, false);
  pointwise(context, [1, 1]);
  activate(context);
}

export function separableConv1d(context: LayerContext): void {
  const { layer } = context;
  channelsLast(layer);
  const size = layer.read('kernel_size', single);
  const stride = layer.read('strides', single, 1);
  const dilation = layer.read('dilation_rate', single, 1);
  const filters: Filters = {
    size: [1, size],
    strides: [1, stride],
    dilation: [1, dilation],
    padding: paddingOf(layer),
  };
  asImage(context, () => {
    depthwise(context, [size], filters, false);
    pointwise(context, [1]);
  });
  activate(context);
}

function pointwise(context: LayerContext, kernelSize: readonly number[]): void {
  const outputs = context.layer.read('filters', whole);
  const inputs = context.shape.at(-1)!;
  const kernel = context.weight('pointwise_kernel', [...kernelSize, inputs, outputs]);
  const weights = context.constant('pointwise_kernel', [outputs, 1, 1, inputs], outputsFirst(kernel, outputs));
  const filters: Filters = { size: [1, 1], strides: [1, 1], dilation: [1, 1], padding: 'VALID' };
  context.append('CONV_2D', options(filters), [weights, ...biasOf(context, outputs)]);
}

export function conv2dTranspose(context: LayerContext): void {
  const { layer } = context;
  const { padding, strideH, strideW, activation } = window2d(layer);
  const { dilationH, dilationW } = dilation2d(layer);
  if (dilationH !== 1 || dilationW !== 1) throw layer.unsupported('is dilated');
  layer.read('output_padding', z.null(), null);
  const [height, width] = layer.read('kernel_size', pair);
  const outputs = layer.read('filters', whole);
  const [, inH = 1, inW = 1, inputs = 1] = context.shape;
  const size = (n: number, kernel: number, stride: number) =>
    n * stride + (padding === 'VALID' ? Math.max(0, kernel - stride) : 0);
  const kernel = context.weight('kernel', [height, width, outputs, inputs]);
  const weights = context.constant('kernel', [outputs, height, width, inputs], byOutput(kernel, outputs, inputs));
  const shape = context.integers('shape', [1, size(inH, height, strideH), size(inW, width, strideW), outputs]);
  const bias = biasOf(context, outputs);
  context.appendOn('TRANSPOSE_CONV', { padding, strideH, strideW, activation }, [
    shape,
    weights,
    context.current,
    ...bias,
  ]);
  activate(context);
}

/** [taps, outputs, inputs] → [outputs, taps, inputs] */
function byOutput(values: Float32Array, outputs: number, inputs: number): Float32Array {
  const taps = values.length / (outputs * inputs);
  return Float32Array.from(values, (_, i) => {
    const [output, tap, input] = [Math.floor(i / (taps * inputs)), Math.floor(i / inputs) % taps, i % inputs];
    return values[(tap * outputs + output) * inputs + input]!;
  });
}

export function dense(context: LayerContext): void {
  const units = context.layer.read('units', whole);
  const depth = context.shape.at(-1)!;
  const kernel = outputsFirst(context.weight('kernel', [depth, units]), units);
  const constant = context.constant('kernel', [units, depth], kernel);
  const keepNumDims = context.shape.length > 2;
  context.append('FULLY_CONNECTED', { activation: 'NONE', keepNumDims }, [constant, ...biasOf(context, units)]);
  activate(context);
}
