// How each op's options lie in a .tflite file: the op's code, and its options table both ways.
import { KilnError } from '../../base/errors.js';
import type { Activation, ExplicitPadding, OpOptions, Opcode, Padding } from '../graph/graph.js';
import type { BuiltinOptions, OptionsReader, OptionsTable } from './options_reader.js';
import { ACTIVATIONS, PADDINGS } from './schema.js';

/** Ops that a .tflite file holds; the others exist only between a loader and the passes. */
export type TfliteOpcode = Exclude<Opcode, 'BATCH_NORMALIZATION'>;

interface Codec<O> {
  /** BuiltinOperator of the schema. */
  builtin: number;
  decode(options: OptionsReader): O;
  encode(options: O): BuiltinOptions;
}

/** An op without options of its own; some have an empty table all the same. */
function plain(builtin: number, table?: OptionsTable): Codec<OpOptions['TANH']> {
  const decode = () => ({});
  return { builtin, decode, encode: () => table && ({ type: table, value: {} } as BuiltinOptions) };
}

function pool(builtin: number): Codec<OpOptions['MAX_POOL_2D']> {
  return {
    builtin,
    decode: (reader) => {
      const o = reader.table('Pool2DOptions');
      return { ...reader.window(o), filterH: o.filterH, filterW: o.filterW };
    },
    encode: (o) => ({ type: 'Pool2DOptions', value: { ...windowTable(o), filterH: o.filterH, filterW: o.filterW } }),
  };
}

function reducer(builtin: number): Codec<OpOptions['SUM']> {
  return {
    builtin,
    decode: (reader) => ({ keepDims: reader.optional('ReducerOptions')?.keepDims ?? false }),
    encode: ({ keepDims }) => ({ type: 'ReducerOptions', value: { keepDims } }),
  };
}

function arithmetic<T extends 'AddOptions' | 'SubOptions' | 'MulOptions'>(
  builtin: number,
  table: T,
): Codec<OpOptions['ADD']> {
  return {
    builtin,
    decode: (reader) => ({ activation: reader.activation(reader.optional(table)?.activation ?? 0) }),
    encode: ({ activation }) => ({ type: table, value: { activation: codeOf(activation) } }) as BuiltinOptions,
  };
}

export const OPERATORS: { readonly [K in TfliteOpcode]: Codec<OpOptions[K]> } = {
  CONV_2D: {
    builtin: 3,
    decode: (reader) => {
      const o = reader.table('Conv2DOptions');
      return { ...reader.window(o), dilationH: o.dilationH, dilationW: o.dilationW };
    },
    encode: (o) => ({
      type: 'Conv2DOptions',
      value: { ...windowTable(o), dilationH: o.dilationH, dilationW: o.dilationW },
    }),
  },
  DEPTHWISE_CONV_2D: {
    builtin: 4,
    decode: (reader) => {
      const o = reader.table('DepthwiseConv2DOptions');
      const { depthMultiplier, dilationH, dilationW } = o;
      return { ...reader.window(o), depthMultiplier, dilationH, dilationW };
    },
    encode: ({ depthMultiplier, dilationH, dilationW, ...window }) => ({
      type: 'DepthwiseConv2DOptions',
      value: { ...windowTable(window), depthMultiplier, dilationH, dilationW },
    }),
  },
  TRANSPOSE_CONV: {
    builtin: 67,
    decode: (reader) => reader.window(reader.table('TransposeConvOptions')),
    encode: (o) => ({ type: 'TransposeConvOptions', value: { ...windowTable(o), quantizedBiasType: 0 } }),
  },
  FULLY_CONNECTED: {
    builtin: 9,
    decode: (reader) => {
      const o = reader.table('FullyConnectedOptions');
      reader.expect(o.weightsFormat === 0, 'shuffled weights', 'the default weights format');
      return { activation: reader.activation(o.activation), keepNumDims: o.keepNumDims };
    },
    encode: (o) => ({
      type: 'FullyConnectedOptions',
      value: {
        activation: codeOf(o.activation),
        weightsFormat: 0,
        keepNumDims: o.keepNumDims,
        asymmetricQuantizeInputs: false,
      },
    }),
  },
  AVERAGE_POOL_2D: pool(1),
  MAX_POOL_2D: pool(17),
  MEAN: reducer(40),
  SUM: reducer(74),
  REDUCE_MAX: reducer(82),
  ADD: arithmetic(0, 'AddOptions'),
  SUB: arithmetic(41, 'SubOptions'),
  MUL: arithmetic(18, 'MulOptions'),
  MAXIMUM: plain(55, 'MaximumMinimumOptions'),
  MINIMUM: plain(57, 'MaximumMinimumOptions'),
  PAD: plain(34, 'PadOptions'),
  PADV2: plain(60, 'PadV2Options'),
  RESHAPE: {
    builtin: 22,
    decode: (reader) => ({ newShape: reader.newShape() }),
    encode: (o) => ({ type: 'ReshapeOptions', value: { newShape: [...o.newShape] } }),
  },
  SQUEEZE: {
    builtin: 43,
    decode: (reader) => ({ squeezeDims: reader.optional('SqueezeOptions')?.squeezeDims ?? [] }),
    encode: (o) => ({ type: 'SqueezeOptions', value: { squeezeDims: [...o.squeezeDims] } }),
  },
  EXPAND_DIMS: plain(70, 'ExpandDimsOptions'),
  TRANSPOSE: plain(39, 'TransposeOptions'),
  CONCATENATION: {
    builtin: 2,
    decode: (reader) => {
      const { axis, activation } = reader.table('ConcatenationOptions');
      return { axis, activation: reader.activation(activation) };
    },
    encode: (o) => ({ type: 'ConcatenationOptions', value: { axis: o.axis, activation: codeOf(o.activation) } }),
  },
  SPLIT: {
    builtin: 49,
    decode: (reader) => ({ numSplits: reader.table('SplitOptions').numSplits }),
    encode: ({ numSplits }) => ({ type: 'SplitOptions', value: { numSplits } }),
  },
  SLICE: plain(65, 'SliceOptions'),
  STRIDED_SLICE: {
    builtin: 45,
    decode: (reader) => ({ ...reader.table('StridedSliceOptions') }),
    encode: (o) => ({ type: 'StridedSliceOptions', value: { ...o } }),
  },
  PACK: {
    builtin: 83,
    decode: (reader) => ({ ...reader.table('PackOptions') }),
    encode: (o) => ({ type: 'PackOptions', value: { ...o } }),
  },
  UNPACK: {
    builtin: 88,
    decode: (reader) => ({ ...reader.table('UnpackOptions') }),
    encode: (o) => ({ type: 'UnpackOptions', value: { ...o } }),
  },
  SOFTMAX: {
    builtin: 25,
    decode: (reader) => ({ beta: reader.table('SoftmaxOptions').beta }),
    encode: (o) => ({ type: 'SoftmaxOptions', value: { beta: o.beta } }),
  },
  LOG_SOFTMAX: plain(50, 'LogSoftmaxOptions'),
  LOGISTIC: plain(14),
  TANH: plain(28),
  RELU: plain(19),
  RELU6: plain(21),
  LEAKY_RELU: {
    builtin: 98,
    decode: (reader) => ({ alpha: reader.table('LeakyReluOptions').alpha }),
    encode: ({ alpha }) => ({ type: 'LeakyReluOptions', value: { alpha } }),
  },
  PRELU: plain(54),
  HARD_SWISH: plain(117, 'HardSwishOptions'),
  QUANTIZE: plain(114, 'QuantizeOptions'),
  DEQUANTIZE: plain(6, 'DequantizeOptions'),
  RESIZE_NEAREST_NEIGHBOR: {
    builtin: 97,
    decode: (reader) => ({ ...reader.table('ResizeNearestNeighborOptions') }),
    encode: (o) => ({ type: 'ResizeNearestNeighborOptions', value: { ...o } }),
  },
  SVDF: {
    builtin: 27,
    decode: (reader) => {
      const { rank, activation } = reader.table('SVDFOptions');
      return { rank, activation: reader.activation(activation) };
    },
    encode: ({ rank, activation }) => ({
      type: 'SVDFOptions',
      value: { rank, activation: codeOf(activation), asymmetricQuantizeInputs: false },
    }),
  },
  UNIDIRECTIONAL_SEQUENCE_LSTM: {
    builtin: 44,
    decode: (reader) => {
      const o = reader.table('UnidirectionalSequenceLSTMOptions');
      const activation = ACTIVATIONS[o.activation];
      reader.expect(activation === 'TANH', `the activation ${activation ?? o.activation}`, 'TANH');
      reader.expect(!o.diagonalRecurrentTensors, 'diagonal recurrent weights', 'full matrices');
      return { cellClip: o.cellClip, projClip: o.projClip, timeMajor: o.timeMajor };
    },
    encode: (o) => ({
      type: 'UnidirectionalSequenceLSTMOptions',
      value: {
        ...o,
        activation: ACTIVATIONS.indexOf('TANH'),
        asymmetricQuantizeInputs: false,
        diagonalRecurrentTensors: false,
      },
    }),
  },
};

const BY_CODE = new Map(
  Object.entries(OPERATORS).map(([opcode, { builtin }]) => [builtin, opcode as TfliteOpcode] as const),
);

/** The op with this BuiltinOperator code, or undefined where tinykiln lacks it. */
export function opcodeOf(builtin: number): TfliteOpcode | undefined {
  return BY_CODE.get(builtin);
}

function codeOf(activation: Activation): number {
  return ACTIVATIONS.indexOf(activation);
}

interface WindowOptions {
  padding: Padding | ExplicitPadding;
  strideH: number;
  strideW: number;
  activation: Activation;
}

/** @throws KilnError `op-unsupported` for explicit padding, which TFLite has only as a PAD before the op */
function windowTable({ padding, strideH, strideW, activation }: WindowOptions) {
  if (typeof padding !== 'string') {
    const todo = 'Write the graph as it was before padding was fused.';
    throw new KilnError('op-unsupported', { where: '.tflite', what: 'it cannot hold explicit padding', todo });
  }
  return { padding: PADDINGS.indexOf(padding), strideH, strideW, activation: codeOf(activation) };
}
