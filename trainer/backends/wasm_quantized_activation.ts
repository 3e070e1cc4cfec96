// The kernels of quantized_activation.ts on our SIMD kernels.
import * as tf from '@tensorflow/tfjs-core';
import {
  QUANTIZED_ACTIVATION,
  QUANTIZED_ACTIVATION_GRADIENT,
  type QuantizedActivationAttributes,
  type QuantizedActivationInputs,
} from './quantized_activation.js';
import { replaceKernel, type WasmHeap } from './wasm_heap.js';

type Inputs = QuantizedActivationInputs<tf.TensorInfo>;

export function registerWasmQuantizedActivation(heap: WasmHeap): void {
  replaceKernel(heap, QUANTIZED_ACTIVATION, quantizedActivation);
  replaceKernel(heap, QUANTIZED_ACTIVATION_GRADIENT, gradient);
}

function quantizedActivation(
  heap: WasmHeap,
  { x, bias }: Inputs,
  { floor, scale, zeroPoint }: QuantizedActivationAttributes,
): tf.TensorInfo[] {
  const outputs = [heap.output(x.shape), heap.output([2])];
  const addresses = heap.addresses(x, bias, ...outputs);
  heap.withScratch(2 * bias.shape[0]!, (scratch) =>
    heap.kernels.quantized_activation(...addresses, scratch, ...sizes(x), floor, scale, zeroPoint),
  );
  return outputs;
}

function gradient(
  heap: WasmHeap,
  { x, bias, dy }: Inputs & { dy: tf.TensorInfo },
  { floor, low, high }: QuantizedActivationAttributes,
): tf.TensorInfo[] {
  const outputs = [heap.output(x.shape), heap.output(bias.shape)];
  const addresses = heap.addresses(x, bias, dy, ...outputs);
  heap.kernels.quantized_activation_gradient(...addresses, ...sizes(x), floor, low, high);
  return outputs;
}

/** Rows and channels. */
function sizes({ shape }: tf.TensorInfo): [number, number] {
  return [tf.util.sizeFromShape(shape.slice(0, -1)), shape.at(-1)!];
}
