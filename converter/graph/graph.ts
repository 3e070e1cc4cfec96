// The one representation between every loader and every writer: TFLite's terms, plain data, no behaviour.

export type DType = 'float32' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'bool';

export type TypedData = Float32Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Uint8Array;

/** real = scale[c] × (q − zeroPoint[c]); one entry is per tensor, more are per channel along `axis`. Scales are float32 values. */
export interface Quantization {
  scale: readonly number[];
  zeroPoint: readonly number[];
  axis: number;
}

export interface Tensor {
  name: string;
  /** NHWC for activations, OHWI for CONV_2D weights, 1HWC for DEPTHWISE_CONV_2D weights, [out, in] for FULLY_CONNECTED. */
  shape: readonly number[];
  dtype: DType;
  quantization?: Quantization;
  /** Present for constants only; its length is the product of `shape`. */
  data?: TypedData;
}

export type Padding = 'SAME' | 'VALID';
export type Activation = 'NONE' | 'RELU' | 'RELU_N1_TO_1' | 'RELU6';

interface Window {
  padding: Padding;
  strideH: number;
  strideW: number;
  activation: Activation;
}

/** Each opcode as TFLite spells it, with its options. */
export interface OpOptions {
  CONV_2D: Window & { dilationH: number; dilationW: number };
  DEPTHWISE_CONV_2D: Window & { dilationH: number; dilationW: number; depthMultiplier: number };
  FULLY_CONNECTED: { activation: Activation; keepNumDims: boolean };
  AVERAGE_POOL_2D: Window & { filterH: number; filterW: number };
  RESHAPE: { newShape: readonly number[] };
  SOFTMAX: { beta: number };
  /** Float graphs only, fused by a pass. */
  RELU: Record<string, never>;
  RELU6: Record<string, never>;
  /** Not a TFLite op: Keras' layer as it is trained. Inputs: x, gamma, beta, mean, variance. A pass folds it. */
  BATCH_NORMALIZATION: { epsilon: number };
}

export type Opcode = keyof OpOptions;

export type Op<K extends Opcode = Opcode> = {
  [P in K]: {
    opcode: P;
    /** The layer's name, as errors and reports show it. */
    name: string;
    /** Indices into `tensors`; −1 where an optional input is absent. */
    inputs: readonly number[];
    outputs: readonly number[];
    options: OpOptions[P];
  };
}[K];

export interface Graph {
  /** Where it came from, for messages: a path or a model's name. */
  name: string;
  tensors: Tensor[];
  /** In execution order. */
  ops: Op[];
  inputs: readonly number[];
  outputs: readonly number[];
  metadata: ReadonlyMap<string, Uint8Array>;
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

export const BYTES: Readonly<Record<DType, number>> = {
  float32: 4,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  bool: 1,
};

export function byteSize(tensor: Tensor): number {
  return elements(tensor.shape) * BYTES[tensor.dtype];
}

/** The typed array that holds a tensor's values. */
export const ARRAY_TYPES: Readonly<Record<DType, new (source: number | ArrayBuffer) => TypedData>> = {
  float32: Float32Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};
