// The kernels of batch_norm.ts on our SIMD kernels.
import * as tf from '@tensorflow/tfjs-core';
import {
  BATCH_NORM,
  BATCH_NORM_GRADIENT,
  type BatchNormAttributes,
  type BatchNormGradientInputs,
  type BatchNormInputs,
} from './batch_norm.js';
import { replaceKernel, type WasmHeap } from './wasm_heap.js';

export function registerWasmBatchNorm(heap: WasmHeap): void {
  replaceKernel(heap, BATCH_NORM, batchNorm);
  replaceKernel(heap, BATCH_NORM_GRADIENT, batchNormGradient);
}

function batchNorm(
  heap: WasmHeap,
  { x, gamma, beta }: BatchNormInputs<tf.TensorInfo>,
  attributes: BatchNormAttributes,
): tf.TensorInfo[] {
  const outputs = [x, gamma, gamma].map(({ shape }) => heap.output(shape));
  const addresses = heap.addresses(x, gamma, beta, ...outputs);
  heap.withScratch(2 * gamma.shape[0]!, (scratch) =>
    heap.kernels.batch_norm(...addresses, scratch, ...constants(x, attributes)),
  );
  return outputs;
}

function batchNormGradient(
  heap: WasmHeap,
  { x, dy, gamma, beta, mean, variance }: BatchNormGradientInputs<tf.TensorInfo>,
  attributes: BatchNormAttributes,
): tf.TensorInfo[] {
  const outputs = [x, gamma, gamma].map(({ shape }) => heap.output(shape));
  const addresses = heap.addresses(x, dy, gamma, beta, mean, variance, ...outputs);
  heap.withScratch(4 * gamma.shape[0]!, (scratch) =>
    heap.kernels.batch_norm_gradient(...addresses, scratch, ...constants(x, attributes)),
  );
  return outputs;
}

/** Rows, channels, epsilon and the least output, as kernels.c takes them. */
function constants({ shape }: tf.TensorInfo, { epsilon, relu }: BatchNormAttributes): number[] {
  const rows = tf.util.sizeFromShape(shape.slice(0, -1));
  return [rows, shape.at(-1)!, epsilon, relu ? 0 : -Infinity];
}
