// The part of TensorFlow Lite's FlatBuffers schema that tinykiln reads and writes, as data.
// Source: tensorflow/compiler/mlir/lite/schema/schema.fbs (Apache-2.0): slots are field positions, defaults its defaults.

export type ScalarType = 'bool' | 'int8' | 'uint8' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'float32';

export const SCALAR_BYTES: Readonly<Record<ScalarType, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
};

type ScalarValue<T extends ScalarType> = T extends 'bool' ? boolean : T extends 'int64' | 'uint64' ? bigint : number;

export interface ScalarField<T extends ScalarType = ScalarType> {
  kind: 'scalar';
  slot: number;
  type: T;
  default: ScalarValue<T>;
}
export interface VectorField<T extends ScalarType = ScalarType> {
  kind: 'vector';
  slot: number;
  type: T;
}
/** Raw bytes, whose place in the file is a multiple of 16. */
export interface BytesField {
  kind: 'bytes';
  slot: number;
}
export interface StringField {
  kind: 'string';
  slot: number;
}
export interface TableField<T extends string = string> {
  kind: 'table';
  slot: number;
  table: T;
}
export interface TablesField<T extends string = string> {
  kind: 'tables';
  slot: number;
  table: T;
}
/** The tag lies in `slot`, the table in `slot + 1`; a member that is not listed is read as its tag alone. */
export interface UnionField<M extends Readonly<Record<string, number>> = Readonly<Record<string, number>>> {
  kind: 'union';
  slot: number;
  members: M;
}
export type Field = ScalarField | VectorField | BytesField | StringField | TableField | TablesField | UnionField;

function scalar<T extends ScalarType>(slot: number, type: T, value: ScalarValue<T>): ScalarField<T> {
  return { kind: 'scalar', slot, type, default: value };
}
function vector<T extends ScalarType>(slot: number, type: T): VectorField<T> {
  return { kind: 'vector', slot, type };
}
function bytes(slot: number): BytesField {
  return { kind: 'bytes', slot };
}
function string(slot: number): StringField {
  return { kind: 'string', slot };
}
function table<T extends string>(slot: number, name: T): TableField<T> {
  return { kind: 'table', slot, table: name };
}
function tables<T extends string>(slot: number, name: T): TablesField<T> {
  return { kind: 'tables', slot, table: name };
}

/** Union members by their tag in BuiltinOptions. */
const BUILTIN_OPTIONS = {
  Conv2DOptions: 1,
  DepthwiseConv2DOptions: 2,
  Pool2DOptions: 5,
  SVDFOptions: 6,
  FullyConnectedOptions: 8,
  SoftmaxOptions: 9,
  ConcatenationOptions: 10,
  AddOptions: 11,
  ReshapeOptions: 17,
  MulOptions: 21,
  PadOptions: 22,
  TransposeOptions: 26,
  ReducerOptions: 27,
  SubOptions: 28,
  SqueezeOptions: 30,
  StridedSliceOptions: 32,
  SplitOptions: 35,
  LogSoftmaxOptions: 36,
  DequantizeOptions: 38,
  MaximumMinimumOptions: 39,
  PadV2Options: 43,
  SliceOptions: 48,
  TransposeConvOptions: 49,
  ExpandDimsOptions: 52,
  PackOptions: 59,
  UnpackOptions: 64,
  UnidirectionalSequenceLSTMOptions: 71,
  ResizeNearestNeighborOptions: 74,
  LeakyReluOptions: 75,
  QuantizeOptions: 89,
  HardSwishOptions: 91,
} as const;

export const SCHEMA = {
  Model: {
    version: scalar(0, 'uint32', 0),
    operatorCodes: tables(1, 'OperatorCode'),
    subgraphs: tables(2, 'SubGraph'),
    description: string(3),
    buffers: tables(4, 'Buffer'),
    metadata: tables(6, 'Metadata'),
    signatureDefs: tables(7, 'SignatureDef'),
  },
  OperatorCode: {
    deprecatedBuiltinCode: scalar(0, 'int8', 0),
    customCode: string(1),
    version: scalar(2, 'int32', 1),
    builtinCode: scalar(3, 'int32', 0),
  },
  SubGraph: {
    tensors: tables(0, 'Tensor'),
    inputs: vector(1, 'int32'),
    outputs: vector(2, 'int32'),
    operators: tables(3, 'Operator'),
    name: string(4),
  },
  Tensor: {
    shape: vector(0, 'int32'),
    type: scalar(1, 'int8', 0),
    buffer: scalar(2, 'uint32', 0),
    name: string(3),
    quantization: table(4, 'QuantizationParameters'),
    isVariable: scalar(5, 'bool', false),
    sparsity: table(6, 'SparsityParameters'),
    externalBuffer: scalar(10, 'uint32', 0),
  },
  QuantizationParameters: {
    scale: vector(2, 'float32'),
    zeroPoint: vector(3, 'int64'),
    detailsType: scalar(4, 'uint8', 0),
    quantizedDimension: scalar(6, 'int32', 0),
  },
  /** Only its presence matters here. */
  SparsityParameters: {},
  Buffer: {
    data: bytes(0),
    offset: scalar(1, 'uint64', 0n),
    size: scalar(2, 'uint64', 0n),
  },
  Operator: {
    opcodeIndex: scalar(0, 'uint32', 0),
    inputs: vector(1, 'int32'),
    outputs: vector(2, 'int32'),
    builtinOptions: { kind: 'union', slot: 3, members: BUILTIN_OPTIONS } as UnionField<typeof BUILTIN_OPTIONS>,
    intermediates: vector(8, 'int32'),
  },
  Conv2DOptions: {
    padding: scalar(0, 'int8', 0),
    strideW: scalar(1, 'int32', 0),
    strideH: scalar(2, 'int32', 0),
    activation: scalar(3, 'int8', 0),
    dilationW: scalar(4, 'int32', 1),
    dilationH: scalar(5, 'int32', 1),
  },
  DepthwiseConv2DOptions: {
    padding: scalar(0, 'int8', 0),
    strideW: scalar(1, 'int32', 0),
    strideH: scalar(2, 'int32', 0),
    depthMultiplier: scalar(3, 'int32', 0),
    activation: scalar(4, 'int8', 0),
    dilationW: scalar(5, 'int32', 1),
    dilationH: scalar(6, 'int32', 1),
  },
  Pool2DOptions: {
    padding: scalar(0, 'int8', 0),
    strideW: scalar(1, 'int32', 0),
    strideH: scalar(2, 'int32', 0),
    filterW: scalar(3, 'int32', 0),
    filterH: scalar(4, 'int32', 0),
    activation: scalar(5, 'int8', 0),
  },
  FullyConnectedOptions: {
    activation: scalar(0, 'int8', 0),
    weightsFormat: scalar(1, 'int8', 0),
    keepNumDims: scalar(2, 'bool', false),
    asymmetricQuantizeInputs: scalar(3, 'bool', false),
  },
  SoftmaxOptions: { beta: scalar(0, 'float32', 0) },
  ReshapeOptions: { newShape: vector(0, 'int32') },
  SVDFOptions: {
    rank: scalar(0, 'int32', 0),
    activation: scalar(1, 'int8', 0),
    asymmetricQuantizeInputs: scalar(2, 'bool', false),
  },
  ConcatenationOptions: { axis: scalar(0, 'int32', 0), activation: scalar(1, 'int8', 0) },
  AddOptions: { activation: scalar(0, 'int8', 0) },
  SubOptions: { activation: scalar(0, 'int8', 0) },
  MulOptions: { activation: scalar(0, 'int8', 0) },
  PadOptions: {},
  PadV2Options: {},
  TransposeOptions: {},
  ReducerOptions: { keepDims: scalar(0, 'bool', false) },
  SqueezeOptions: { squeezeDims: vector(0, 'int32') },
  StridedSliceOptions: {
    beginMask: scalar(0, 'int32', 0),
    endMask: scalar(1, 'int32', 0),
    ellipsisMask: scalar(2, 'int32', 0),
    newAxisMask: scalar(3, 'int32', 0),
    shrinkAxisMask: scalar(4, 'int32', 0),
    offset: scalar(5, 'bool', false),
  },
  SplitOptions: { numSplits: scalar(0, 'int32', 0) },
  LogSoftmaxOptions: {},
  DequantizeOptions: {},
  MaximumMinimumOptions: {},
  SliceOptions: {},
  TransposeConvOptions: {
    padding: scalar(0, 'int8', 0),
    strideW: scalar(1, 'int32', 0),
    strideH: scalar(2, 'int32', 0),
    activation: scalar(3, 'int8', 0),
    quantizedBiasType: scalar(4, 'int8', 0),
  },
  ExpandDimsOptions: {},
  PackOptions: { valuesCount: scalar(0, 'int32', 0), axis: scalar(1, 'int32', 0) },
  UnpackOptions: { num: scalar(0, 'int32', 0), axis: scalar(1, 'int32', 0) },
  UnidirectionalSequenceLSTMOptions: {
    activation: scalar(0, 'int8', 0),
    cellClip: scalar(1, 'float32', 0),
    projClip: scalar(2, 'float32', 0),
    timeMajor: scalar(3, 'bool', false),
    asymmetricQuantizeInputs: scalar(4, 'bool', false),
    diagonalRecurrentTensors: scalar(5, 'bool', false),
  },
  ResizeNearestNeighborOptions: {
    alignCorners: scalar(0, 'bool', false),
    halfPixelCenters: scalar(1, 'bool', false),
  },
  LeakyReluOptions: { alpha: scalar(0, 'float32', 0) },
  QuantizeOptions: {},
  HardSwishOptions: {},
  Metadata: { name: string(0), buffer: scalar(1, 'uint32', 0) },
  SignatureDef: {
    inputs: tables(0, 'TensorMap'),
    outputs: tables(1, 'TensorMap'),
    signatureKey: string(2),
    subgraphIndex: scalar(4, 'uint32', 0),
  },
  TensorMap: { name: string(0), tensorIndex: scalar(1, 'uint32', 0) },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Field>>>>;

export type TableName = keyof typeof SCHEMA;

type Named<T> = T extends TableName ? TableValue<T> : never;

type UnionValue<M> = { [K in keyof M]: { type: K; value: Named<K> } }[keyof M] | { type: number };

type FieldValue<F> =
  F extends ScalarField<infer T>
    ? ScalarValue<T>
    : F extends VectorField<infer T>
      ? ScalarValue<T>[] | undefined
      : F extends BytesField
        ? Uint8Array | undefined
        : F extends StringField
          ? string | undefined
          : F extends TableField<infer T>
            ? Named<T> | undefined
            : F extends TablesField<infer T>
              ? Named<T>[] | undefined
              : F extends UnionField<infer M>
                ? UnionValue<M> | undefined
                : never;

/** A table as plain data: scalars have their defaults, everything else is undefined where the file leaves it out. */
export type TableValue<T extends TableName> = {
  -readonly [K in keyof (typeof SCHEMA)[T]]: FieldValue<(typeof SCHEMA)[T][K]>;
};

/** What a writer gives for a table: fields that are left out get the schema's default or stay absent. */
export type Packable<V> = V extends Uint8Array | bigint
  ? V
  : V extends readonly (infer E)[]
    ? readonly Packable<E>[]
    : V extends object
      ? { readonly [K in keyof V]?: Packable<V[K]> | undefined }
      : V;

export const FILE_IDENTIFIER = 'TFL3';
export const SCHEMA_VERSION = 3;

/** TensorType, by value. */
export const TENSOR_TYPES = [
  ...['FLOAT32', 'FLOAT16', 'INT32', 'UINT8', 'INT64', 'STRING', 'BOOL', 'INT16', 'COMPLEX64', 'INT8', 'FLOAT64'],
  ...['COMPLEX128', 'UINT64', 'RESOURCE', 'VARIANT', 'UINT32', 'UINT16', 'INT4', 'BFLOAT16', 'INT2', 'UINT4'],
  ...['FLOAT8_E4M3FN', 'FLOAT8_E5M2'],
] as const;

/** Padding, by value. */
export const PADDINGS = ['SAME', 'VALID'] as const;

/** ActivationFunctionType, by value. */
export const ACTIVATIONS = ['NONE', 'RELU', 'RELU_N1_TO_1', 'RELU6', 'TANH', 'SIGN_BIT'] as const;
