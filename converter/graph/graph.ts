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
  /** State: an op both reads and writes it, it lives from one inference to the next, and starts as real zero. */
  isVariable?: true;
}

/** Rows and columns outside the input, of real zeros. Not in TFLite: a pass makes it of a PAD before code is generated. */
export interface ExplicitPadding {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export type Padding = 'SAME' | 'VALID';
export type Activation = 'NONE' | 'RELU' | 'RELU_N1_TO_1' | 'RELU6';

interface Window {
  padding: Padding | ExplicitPadding;
  strideH: number;
  strideW: number;
  activation: Activation;
}

interface Pool extends Window {
  filterH: number;
  filterW: number;
}

type None = Record<string, never>;

/** Each opcode as TFLite spells it, with its options. What TFLite has as a constant input (axes, paddings) is an input. */
export interface OpOptions {
  CONV_2D: Window & { dilationH: number; dilationW: number };
  DEPTHWISE_CONV_2D: Window & { dilationH: number; dilationW: number; depthMultiplier: number };
  TRANSPOSE_CONV: { padding: Padding; strideH: number; strideW: number; activation: Activation };
  FULLY_CONNECTED: { activation: Activation; keepNumDims: boolean };
  AVERAGE_POOL_2D: Pool;
  MAX_POOL_2D: Pool;
  MEAN: { keepDims: boolean };
  SUM: { keepDims: boolean };
  REDUCE_MAX: { keepDims: boolean };
  ADD: { activation: Activation };
  SUB: { activation: Activation };
  MUL: { activation: Activation };
  MAXIMUM: None;
  MINIMUM: None;
  PAD: None;
  PADV2: None;
  RESHAPE: { newShape: readonly number[] };
  SQUEEZE: { squeezeDims: readonly number[] };
  EXPAND_DIMS: None;
  TRANSPOSE: None;
  CONCATENATION: { axis: number; activation: Activation };
  SPLIT: { numSplits: number };
  SLICE: None;
  STRIDED_SLICE: {
    beginMask: number;
    endMask: number;
    ellipsisMask: number;
    newAxisMask: number;
    shrinkAxisMask: number;
    offset: boolean;
  };
  PACK: { axis: number; valuesCount: number };
  UNPACK: { axis: number; num: number };
  SOFTMAX: { beta: number };
  LOG_SOFTMAX: None;
  LOGISTIC: None;
  TANH: None;
  RELU: None;
  RELU6: None;
  LEAKY_RELU: { alpha: number };
  PRELU: None;
  HARD_SWISH: None;
  QUANTIZE: None;
  DEQUANTIZE: None;
  RESIZE_NEAREST_NEIGHBOR: { alignCorners: boolean; halfPixelCenters: boolean };
  SVDF: { rank: number; activation: Activation };
  UNIDIRECTIONAL_SEQUENCE_LSTM: { cellClip: number; projClip: number; timeMajor: boolean };
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
    /** Tensors that only carry the quantization of values inside the op: UNIDIRECTIONAL_SEQUENCE_LSTM's gates. */
    intermediates?: readonly number[];
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
