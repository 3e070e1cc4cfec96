// Starts tfjs' wasm backend with our kernels, without the handlers that Emscripten hangs on the process.
import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-wasm';
import { registerWasmBatchNorm } from './wasm_batch_norm.js';
import { registerConvolutions } from './wasm_convolution.js';
import { registerWasmQuantizedActivation } from './wasm_quantized_activation.js';
import { replaceKernel, WasmHeap } from './wasm_heap.js';

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

let started: Promise<void> | undefined;

/** Makes wasm tfjs' current backend. @throws when WebAssembly with SIMD is not to be had. */
export async function startWasm(): Promise<void> {
  await (started ??= initialize());
  await tf.setBackend('wasm');
}

async function initialize(): Promise<void> {
  const before = EVENTS.map((event) => process.listeners(event as 'uncaughtException'));
  const ready = await tf.setBackend('wasm');
  EVENTS.forEach((event, i) => removeNew(event, before[i]!));
  if (!ready) throw new Error('tfjs cannot start its backend wasm');
  const heap = new WasmHeap(tf.backend() as BackendWasm);
  replaceKernel(heap, tf.Identity, shareData);
  registerConvolutions(heap);
  registerWasmBatchNorm(heap);
  registerWasmQuantizedActivation(heap);
}

/** tfjs clones every tensor that a gradient needs, and its own kernel copies the data: a second reference does. */
function shareData({ backend }: WasmHeap, { x }: { x: tf.TensorInfo }): tf.TensorInfo {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/** Emscripten's handlers throw again what was thrown, which would turn every error elsewhere into a crash. */
function removeNew(event: (typeof EVENTS)[number], before: readonly unknown[]): void {
  for (const listener of process.listeners(event as 'uncaughtException')) {
    if (!before.includes(listener)) process.removeListener(event, listener);
  }
}
