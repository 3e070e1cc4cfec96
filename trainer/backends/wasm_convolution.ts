// Convolutions and their gradients on our SIMD kernels: NHWC, no dilation, depth multiplier 1.
import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel, type WasmHeap } from './wasm_heap.js';

type Shape4D = [number, number, number, number];
type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

interface Attributes {
  strides: number | [number, number];
  pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  dilations?: number | [number, number];
  dataFormat?: 'NHWC' | 'NCHW';
}

type InputAttributes = Attributes & { inputShape: Shape4D };
type FilterAttributes = Attributes & { filterShape: Shape4D };

/** How many receptive fields kernels.c unfolds at a time: its BLOCK. */
const UNFOLDED = 48;

export function registerConvolutions(heap: WasmHeap): void {
  replaceKernel(heap, tf.Conv2D, conv2d);
  replaceKernel(heap, tf.Conv2DBackpropInput, conv2dInputGradient);
  replaceKernel(heap, tf.Conv2DBackpropFilter, conv2dFilterGradient);
  replaceKernel(heap, tf.DepthwiseConv2dNativeBackpropInput, depthwiseInputGradient);
  replaceKernel(heap, tf.DepthwiseConv2dNativeBackpropFilter, depthwiseFilterGradient);
}

/** @throws what our kernels do not compute and no model of ours asks for. */
function convInfo(
  input: readonly number[],
  filter: readonly number[],
  attrs: Attributes,
  depthwise: boolean,
): ConvInfo {
  const { strides, pad, dilations = 1, dataFormat = 'NHWC' } = attrs;
  const shapes = [input as Shape4D, filter as Shape4D] as const;
  const info = tf.backend_util.computeConv2DInfo(...shapes, strides, dilations, pad, undefined, depthwise);
  const dilated = info.dilationHeight * info.dilationWidth !== 1;
  if (dilated || dataFormat !== 'NHWC' || (depthwise && filter[3] !== 1)) {
    throw new Error('the wasm kernels of training take NHWC, dilation 1 and depth multiplier 1');
  }
  return info;
}

function isPointwise({ filterHeight, filterWidth, strideHeight, strideWidth }: ConvInfo): boolean {
  return filterHeight * filterWidth * strideHeight * strideWidth === 1;
}

function positions({ batchSize, outHeight, outWidth }: ConvInfo): number {
  return batchSize * outHeight * outWidth;
}

function scratchSize({ filterHeight, filterWidth, inChannels }: ConvInfo): number {
  return UNFOLDED * filterHeight * filterWidth * inChannels;
}

/** The sizes that follow the addresses in kernels.c. */
function sizes(info: ConvInfo): number[] {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  return [batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, ...windowSizes(info)];
}

function depthwiseSizes(info: ConvInfo): number[] {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth } = info;
  return [batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, ...windowSizes(info)];
}

function windowSizes({ filterHeight, filterWidth, strideHeight, strideWidth, padInfo }: ConvInfo): number[] {
  return [filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left];
}

function conv2d(heap: WasmHeap, { x, filter }: Record<'x' | 'filter', tf.TensorInfo>, attrs: Attributes) {
  const info = convInfo(x.shape, filter.shape, attrs, false);
  const y = heap.output(info.outShape);
  const addresses = heap.addresses(x, filter, y);
  if (isPointwise(info)) heap.kernels.matmul(...addresses, positions(info), info.inChannels, info.outChannels);
  else heap.withScratch(scratchSize(info), (scratch) => heap.kernels.conv2d(...addresses, scratch, ...sizes(info)));
  return y;
}

/** dx = dy · filterᵀ where the convolution is pointwise; elsewhere tfjs' own kernel, which is slow but never in a DS-CNN's way. */
function conv2dInputGradient(
  heap: WasmHeap,
  { dy, filter }: Record<'dy' | 'filter', tf.Tensor4D>,
  attrs: InputAttributes,
  original: tf.KernelFunc | undefined,
) {
  const info = convInfo(attrs.inputShape, filter.shape, attrs, false);
  if (!isPointwise(info)) {
    const named = attrs as unknown as tf.NamedAttrMap;
    return original!({ inputs: { dy, filter }, backend: heap.backend, attrs: named });
  }
  const { inChannels, outChannels } = info;
  const transposed = tf.transpose(tf.reshape(filter, [inChannels, outChannels]));
  const dx = heap.output(info.inShape);
  heap.kernels.matmul(...heap.addresses(dy, transposed, dx), positions(info), outChannels, inChannels);
  return dx;
}

function conv2dFilterGradient(
  heap: WasmHeap,
  { x, dy }: Record<'x' | 'dy', tf.TensorInfo>,
  attrs: FilterAttributes,
): tf.TensorInfo {
  const info = convInfo(x.shape, attrs.filterShape, attrs, false);
  const gradient = heap.output(attrs.filterShape);
  heap.withScratch(scratchSize(info), (scratch) =>
    heap.kernels.conv2d_filter_gradient(...heap.addresses(x, dy, gradient), scratch, ...sizes(info)),
  );
  return gradient;
}

function depthwiseInputGradient(
  heap: WasmHeap,
  { dy, filter }: Record<'dy' | 'filter', tf.TensorInfo>,
  attrs: InputAttributes,
): tf.TensorInfo {
  const info = convInfo(attrs.inputShape, filter.shape, attrs, true);
  const dx = heap.output(info.inShape);
  heap.kernels.depthwise_input_gradient(...heap.addresses(dy, filter, dx), ...depthwiseSizes(info));
  return dx;
}

function depthwiseFilterGradient(
  heap: WasmHeap,
  { x, dy }: Record<'x' | 'dy', tf.TensorInfo>,
  attrs: FilterAttributes,
): tf.TensorInfo {
  const info = convInfo(x.shape, attrs.filterShape, attrs, true);
  const gradient = heap.output(attrs.filterShape);
  heap.kernels.depthwise_filter_gradient(...heap.addresses(x, dy, gradient), ...depthwiseSizes(info));
  return gradient;
}
