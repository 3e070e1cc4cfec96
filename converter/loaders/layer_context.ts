// One call of a layer: what goes in, what is appended to it, and the weights that belong to the layer.
import type { OpOptions, Opcode } from '../graph/graph.js';
import type { FloatGraph } from './float_graph.js';
import type { LayerReader } from './layer_reader.js';
import type { Weights } from './weights.js';

export class LayerContext {
  /** The last output: at first the layer's first input. */
  current: number;

  constructor(
    private readonly graph: FloatGraph,
    private readonly weights: Weights,
    readonly layer: LayerReader,
    readonly inputs: readonly number[],
  ) {
    this.current = inputs[0]!;
  }

  /** Of the last output, batch first. */
  get shape(): readonly number[] {
    return this.graph.shapeOf(this.current);
  }

  shapeOf(tensor: number): readonly number[] {
    return this.graph.shapeOf(tensor);
  }

  /** The layer's weight under the first of its names that the file has. */
  weight(names: string | readonly string[], shape: readonly number[]): Float32Array {
    return this.weights.take(this.layer.path, [names].flat(), shape);
  }

  weightShape(name: string): readonly number[] | undefined {
    return this.weights.shapeOf(this.layer.path, [name]);
  }

  constant(key: string, shape: readonly number[], data: Float32Array | readonly number[]): number {
    return this.graph.constant(`${this.layer.name}/${key}`, shape, Float32Array.from(data));
  }

  /** A constant that says what an op does. */
  integers(key: string, values: readonly number[], shape: readonly number[] = [values.length]): number {
    return this.graph.constant(`${this.layer.name}/${key}`, shape, Int32Array.from(values));
  }

  variable(key: string, shape: readonly number[]): number {
    return this.graph.variable(`${this.layer.name}/${key}`, shape);
  }

  /** Appends an op on the last output. @param others further inputs */
  append<K extends Opcode>(opcode: K, options: OpOptions[K], others: readonly number[] = [], part = ''): void {
    this.appendOn(opcode, options, [this.current, ...others], part);
  }

  /** Appends an op on inputs of any order. @param part what the op does in a layer of several: behind the layer's name */
  appendOn<K extends Opcode>(opcode: K, options: OpOptions[K], inputs: readonly number[], part = ''): void {
    this.current = this.graph.op(opcode, part ? `${this.layer.name}/${part}` : this.layer.name, inputs, options);
  }

  reshape(newShape: readonly number[], part = ''): void {
    this.append('RESHAPE', { newShape }, [], part);
  }
}

export type Load = (context: LayerContext) => void;
