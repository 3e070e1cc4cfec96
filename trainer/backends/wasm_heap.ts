// Our SIMD kernels on the memory of tfjs' wasm backend, and tensors as addresses in it.
import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { KERNELS_BASE64 } from './wasm/kernels_wasm.js';

/** What is used of WebAssembly, whose types come with the browser's library alone. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: object } }) => { exports: object };
};

/** What is used of tfjs' Emscripten module, beyond what tfjs declares. */
interface EmscriptenHeap {
  asm: { memory: object };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** A function of wasm/kernels.c: byte addresses first, then sizes and constants. */
type Kernel = (...values: number[]) => void;

type KernelName =
  | 'matmul'
  | 'conv2d'
  | 'conv2d_filter_gradient'
  | 'depthwise_input_gradient'
  | 'depthwise_filter_gradient'
  | 'batch_norm'
  | 'batch_norm_gradient'
  | 'quantized_activation'
  | 'quantized_activation_gradient';

export class WasmHeap {
  /** The functions of wasm/kernels.c. */
  readonly kernels: Readonly<Record<KernelName, Kernel>>;
  private readonly module: EmscriptenHeap;

  constructor(readonly backend: BackendWasm) {
    this.module = backend.wasm as unknown as EmscriptenHeap;
    const kernels = new WebAssembly.Module(Buffer.from(KERNELS_BASE64, 'base64'));
    const instance = new WebAssembly.Instance(kernels, { env: { memory: this.module.asm.memory } });
    this.kernels = instance.exports as typeof this.kernels;
  }

  /** A new float32 tensor, not initialized. */
  output(shape: number[]): tf.TensorInfo {
    return this.backend.makeOutput(shape, 'float32');
  }

  /** Where the tensors' data lies; it stays there until the tensor is disposed. */
  addresses(...tensors: tf.TensorInfo[]): number[] {
    return tensors.map(({ dataId }) => this.backend.dataIdMap.get(dataId).memoryOffset);
  }

  /** Runs `use` with a scratch of so many floats. */
  withScratch(floats: number, use: (address: number) => void): void {
    const scratch = this.module._malloc(floats * Float32Array.BYTES_PER_ELEMENT) >>> 0;
    use(scratch);
    this.module._free(scratch);
  }
}

/** A tfjs kernel that runs on our own; `original` is tfjs' own of that name, where it has one. */
export type HeapKernel<Inputs, Attributes> = (
  heap: WasmHeap,
  inputs: Inputs,
  attributes: Attributes,
  original: tf.KernelFunc | undefined,
) => tf.TensorInfo | tf.TensorInfo[];

/** Registers a kernel with the wasm backend, in place of tfjs' own if there is one. */
export function replaceKernel<I, A>(heap: WasmHeap, name: string, kernel: HeapKernel<I, A>): void {
  const original = (tf.getKernel(name, 'wasm') as tf.KernelConfig | undefined)?.kernelFunc;
  if (original) tf.unregisterKernel(name, 'wasm');
  tf.registerKernel({
    kernelName: name,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => kernel(heap, inputs as I, attrs as A, original),
  });
}
