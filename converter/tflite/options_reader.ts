// Reads one operator's options out of a file, with errors that name its layer.
import { KilnError } from '../../base/errors.js';
import type { Activation, Padding } from '../graph/graph.js';
import { ACTIVATIONS, PADDINGS, type TableValue } from './schema.js';

export type BuiltinOptions = TableValue<'Operator'>['builtinOptions'];
export type OptionsTable = Extract<NonNullable<BuiltinOptions>, { value: unknown }>['type'];

interface WindowTable {
  padding: number;
  strideH: number;
  strideW: number;
  activation: number;
}

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
    const found = this.optional(name);
    if (found) return found;
    throw this.unsupported('no options', name);
  }

  /** The table, or undefined where the file has none: for ops whose options all have a plain default. */
  optional<T extends OptionsTable>(name: T): TableValue<T> | undefined {
    const options = this.options;
    if (!options) return undefined;
    if ('value' in options && options.type === name) return options.value as TableValue<T>;
    throw this.unsupported(`options of another op (${options.type})`, name);
  }

  window(o: WindowTable): { padding: Padding; strideH: number; strideW: number; activation: Activation } {
    const { strideH, strideW } = o;
    return { padding: this.padding(o.padding), strideH, strideW, activation: this.activation(o.activation) };
  }

  padding(value: number): Padding {
    const padding = PADDINGS[value];
    if (!padding) throw this.unsupported(`padding ${value}`, PADDINGS.join(' or '));
    return padding;
  }

  activation(value: number): Activation {
    const name = ACTIVATIONS[value];
    if (name === 'NONE' || name === 'RELU' || name === 'RELU_N1_TO_1' || name === 'RELU6') return name;
    throw this.unsupported(`the fused activation ${name ?? value}`, 'NONE, RELU, RELU_N1_TO_1 or RELU6');
  }

  /** The shape input wins over the options, and the output's shape stands in where a file has neither. */
  newShape(): readonly number[] {
    return this.shapeInput ?? this.optional('ReshapeOptions')?.newShape ?? this.outputShape;
  }

  /** For an option that has no counterpart here. */
  expect(condition: boolean, found: string, expected: string): void {
    if (!condition) throw this.unsupported(found, expected);
  }

  private unsupported(found: string, expected: string): KilnError {
    return new KilnError('op-unsupported', {
      where: this.where,
      what: `has ${found}, and tinykiln reads ${expected}`,
      todo: 'Change the layer and export the model again.',
    });
  }
}
