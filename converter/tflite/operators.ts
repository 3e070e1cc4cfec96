// How each op's options lie in a .tflite file: the op's code, its version, and its options table both ways.
import { KilnError } from '../../base/errors.js';
import type { Activation, OpOptions, Opcode, Padding } from '../graph/graph.js';
import { ACTIVATIONS, PADDINGS, type TableValue } from './schema.js';

export type BuiltinOptions = TableValue<'Operator'>['builtinOptions'];
type OptionsTable = Extract<NonNullable<BuiltinOptions>, { value: unknown }>['type'];

/** Ops that a .tflite file holds; the others exist only between a loader and the passes. */
export type TfliteOpcode = Exclude<Opcode, 'BATCH_NORMALIZATION'>;

interface Codec<K extends TfliteOpcode> {
  /** BuiltinOperator of the schema. */
  builtin: number;
  /** Operator version that a file declares for its float32 form and for its int8 form; null where there is none. */
  versions: { float32: number; int8: number | null };
  decode(options: OptionsReader): OpOptions[K];
  encode(options: OpOptions[K]): BuiltinOptions;
}

export const OPERATORS: { readonly [K in TfliteOpcode]: Codec<K> } = {
  CONV_2D: {
    builtin: 3,
    versions: { float32: 1, int8: 3 },
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
    versions: { float32: 1, int8: 3 },
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
  AVERAGE_POOL_2D: {
    builtin: 1,
    versions: { float32: 1, int8: 2 },
    decode: (reader) => {
      const o = reader.table('Pool2DOptions');
      return { ...reader.window(o), filterH: o.filterH, filterW: o.filterW };
    },
    encode: (o) => ({
      type: 'Pool2DOptions',
      value: { ...windowTable(o), filterH: o.filterH, filterW: o.filterW },
    }),
  },
  FULLY_CONNECTED: {
    builtin: 9,
    versions: { float32: 1, int8: 4 },
    decode: (reader) => {
      const o = reader.table('FullyConnectedOptions');
      if (o.weightsFormat !== 0) throw reader.unsupported('shuffled weights', 'the default weights format');
      return { activation: reader.activation(o.activation), keepNumDims: o.keepNumDims };
    },
    encode: (o) => ({
      type: 'FullyConnectedOptions',
      value: {
        activation: ACTIVATIONS.indexOf(o.activation),
        weightsFormat: 0,
        keepNumDims: o.keepNumDims,
        asymmetricQuantizeInputs: false,
      },
    }),
  },
  RESHAPE: {
    builtin: 22,
    versions: { float32: 1, int8: 1 },
    decode: (reader) => ({ newShape: reader.newShape() }),
    encode: (o) => ({ type: 'ReshapeOptions', value: { newShape: [...o.newShape] } }),
  },
  SOFTMAX: {
    builtin: 25,
    versions: { float32: 1, int8: 2 },
    decode: (reader) => ({ beta: reader.table('SoftmaxOptions').beta }),
    encode: (o) => ({ type: 'SoftmaxOptions', value: { beta: o.beta } }),
  },
  RELU: { builtin: 19, versions: { float32: 1, int8: null }, decode: () => ({}), encode: () => undefined },
  RELU6: { builtin: 21, versions: { float32: 1, int8: null }, decode: () => ({}), encode: () => undefined },
};

const BY_CODE = new Map(
  Object.entries(OPERATORS).map(([opcode, { builtin }]) => [builtin, opcode as TfliteOpcode] as const),
);

/** The op with this BuiltinOperator code, or undefined where tinykiln lacks it. */
export function opcodeOf(builtin: number): TfliteOpcode | undefined {
  return BY_CODE.get(builtin);
}

interface WindowTable {
  padding: number;
  strideH: number;
  strideW: number;
  activation: number;
}

function windowTable(o: { padding: Padding; strideH: number; strideW: number; activation: Activation }): WindowTable {
  return {
    padding: PADDINGS.indexOf(o.padding),
    strideH: o.strideH,
    strideW: o.strideW,
    activation: ACTIVATIONS.indexOf(o.activation),
  };
}

/** Reads one operator's options, with errors that name its layer. */
export class OptionsReader {
  /**
   * @param where file and layer, for messages
   * @param shapeInput values of a RESHAPE's constant second input
   * @param outputShape shape of the op's first output
   */
  constructor(
    private readonly where: string,
    private readonly options: BuiltinOptions,
    private readonly shapeInput: readonly number[] | undefined,
    private readonly outputShape: readonly number[],
  ) {}

  table<T extends OptionsTable>(name: T): TableValue<T> {
    const options = this.options;
    if (options && 'value' in options && options.type === name) return options.value as TableValue<T>;
    throw this.unsupported(options ? `options of another op (${options.type})` : 'no options', name);
  }

  window(o: WindowTable): { padding: Padding; strideH: number; strideW: number; activation: Activation } {
    const padding = PADDINGS[o.padding];
    if (!padding) throw this.unsupported(`padding ${o.padding}`, PADDINGS.join(' or '));
    return { padding, strideH: o.strideH, strideW: o.strideW, activation: this.activation(o.activation) };
  }

  activation(value: number): Activation {
    const name = ACTIVATIONS[value];
    if (name === 'NONE' || name === 'RELU' || name === 'RELU_N1_TO_1' || name === 'RELU6') return name;
    throw this.unsupported(`the fused activation ${name ?? value}`, 'NONE, RELU, RELU_N1_TO_1 or RELU6');
  }

  /** The shape input wins over the options, and the output's shape stands in where a file has neither. */
  newShape(): readonly number[] {
    const inOptions = this.options ? this.table('ReshapeOptions').newShape : undefined;
    return this.shapeInput ?? inOptions ?? this.outputShape;
  }

  unsupported(found: string, expected: string): KilnError {
    return new KilnError('op-unsupported', {
      where: this.where,
      what: `has ${found}, and tinykiln reads ${expected}`,
      todo: 'Change the layer and export the model again.',
    });
  }
}
