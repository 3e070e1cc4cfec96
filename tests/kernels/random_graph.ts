// A random chain of int8 layers: odd sizes, strides past the filter, dilations past the input, every padding.
import { Random } from '../../base/random.js';
import { elements, type Activation, type Graph, type Padding } from '../../converter/graph/graph.js';
import { outputSize } from '../../converter/ops/window.js';
import { GraphBuilder } from './builder.js';
import { Dice } from './dice.js';

/** Each clamps a part of what the next layer would see, so most layers have none. */
const ACTIVATIONS: Activation[] = ['NONE', 'NONE', 'NONE', 'NONE', 'NONE', 'RELU', 'RELU6', 'RELU_N1_TO_1'];
const WINDOWED = ['conv', 'conv', 'depthwise', 'depthwise', 'pool'] as const;

/** An activation's index, shape and scale. */
interface Value {
  tensor: number;
  shape: number[];
  scale: number;
}

class RandomChain {
  private readonly dice: Dice;
  private readonly builder: GraphBuilder;

  constructor(seed: number) {
    this.dice = new Dice(seed);
    this.builder = new GraphBuilder(`random ${seed}`, seed);
  }

  graph(layers: number): Graph {
    const input = this.activation([1, this.dice.from(3, 12), this.dice.from(3, 12), this.dice.from(1, 7)], 0.05);
    let value = input;
    for (let i = 0; i < layers; i++) value = this[this.dice.pick(WINDOWED)](value);
    const logits = this.dense(this.flat(value));
    const output = this.dice.integer(3) === 0 ? this.softmax(logits) : logits;
    return this.builder.graph(input.tensor, output.tensor);
  }

  private activation(shape: number[], scale: number, zeroPoint = this.dice.from(-60, 60)): Value {
    return { tensor: this.builder.activation(shape, scale, zeroPoint), shape, scale };
  }

  /** Weight scales, per channel or one for all, at which the sums of `depth` products fill the output's int8. */
  private scales(channels: number, depth: number): number[] {
    const middle = 1 / (30 * Math.sqrt(depth));
    const count = this.dice.integer(4) === 0 ? 1 : channels;
    return Array.from({ length: count }, () => middle * (0.5 + this.dice.uniform()));
  }

  private window([, height, width]: number[]) {
    const [filterH, filterW] = [this.dice.from(1, 4), this.dice.from(1, 4)];
    const [strideH, strideW] = [this.dice.from(1, 3), this.dice.from(1, 3)];
    const [dilationH, dilationW] = [this.dice.from(1, 3), this.dice.pick([1, 1, 5])];
    const size = (padding: Padding) => [
      outputSize(padding, height!, filterH, strideH, dilationH),
      outputSize(padding, width!, filterW, strideW, dilationW),
    ];
    const padding: Padding = this.dice.integer(2) === 0 && size('VALID').every((n) => n > 0) ? 'VALID' : 'SAME';
    const activation = this.dice.pick(ACTIVATIONS);
    return { filterH, filterW, strideH, strideW, dilationH, dilationW, padding, activation, out: size(padding) };
  }

  private conv(input: Value): Value {
    const { filterH, filterW, out, ...options } = this.window(input.shape);
    const channels = this.dice.from(1, 9);
    const shape = [channels, filterH, filterW, input.shape[3]!];
    const scales = this.scales(channels, elements(shape) / channels);
    const weights = this.builder.weights({ shape, scales, axis: 0 });
    const output = this.activation([1, ...out, channels], input.scale * (0.7 + this.dice.uniform()));
    this.builder.op('CONV_2D', [input.tensor, weights, ...this.bias(input, weights, channels)], output.tensor, options);
    return output;
  }

  private depthwise(input: Value): Value {
    const { filterH, filterW, out, ...options } = this.window(input.shape);
    const depthMultiplier = this.dice.pick([1, 1, 2, 3, 4, 6]);
    const channels = input.shape[3]! * depthMultiplier;
    const scales = this.scales(channels, filterH * filterW);
    const weights = this.builder.weights({ shape: [1, filterH, filterW, channels], scales, axis: 3 });
    const output = this.activation([1, ...out, channels], input.scale * (0.7 + this.dice.uniform()));
    const inputs = [input.tensor, weights, ...this.bias(input, weights, channels)];
    this.builder.op('DEPTHWISE_CONV_2D', inputs, output.tensor, { ...options, depthMultiplier });
    return output;
  }

  private pool(input: Value): Value {
    const { filterH, filterW, strideH, strideW, activation } = this.window(input.shape);
    const [, height, width, channels] = input.shape;
    const out = [outputSize('SAME', height!, filterH, strideH, 1), outputSize('SAME', width!, filterW, strideW, 1)];
    const output = this.builder.like(input.tensor, [1, ...out, channels!]);
    const options = { padding: 'SAME', strideH, strideW, filterH, filterW, activation } as const;
    this.builder.op('AVERAGE_POOL_2D', [input.tensor], output, options);
    return { tensor: output, shape: [1, ...out, channels!], scale: input.scale };
  }

  private flat(input: Value): Value {
    const shape = [1, elements(input.shape)];
    const tensor = this.builder.like(input.tensor, shape);
    this.builder.op('RESHAPE', [input.tensor], tensor, { newShape: shape });
    return { tensor, shape, scale: input.scale };
  }

  private dense(input: Value): Value {
    const channels = this.dice.from(2, 11);
    const scales = this.scales(channels, input.shape[1]!);
    const weights = this.builder.weights({ shape: [channels, input.shape[1]!], scales, axis: 0 });
    const output = this.activation([1, channels], input.scale * (0.7 + this.dice.uniform()));
    const inputs = [input.tensor, weights, ...this.bias(input, weights, channels)];
    this.builder.op('FULLY_CONNECTED', inputs, output.tensor, { activation: 'NONE', keepNumDims: false });
    return output;
  }

  private softmax(input: Value): Value {
    const output = this.activation(input.shape, 1 / 256, -128);
    this.builder.op('SOFTMAX', [input.tensor], output.tensor, { beta: 1 });
    return output;
  }

  private bias(input: Value, weights: number, channels: number): number[] {
    return this.dice.integer(3) === 0 ? [] : [this.builder.bias(input.tensor, weights, channels, 1000)];
  }
}

/** The same graph for the same seed. */
export function randomGraph(seed: number, layers: number): Graph {
  return new RandomChain(seed).graph(layers);
}

/** Uniform int8 vectors. */
export function randomInputs(seed: number, count: number, size: number): Int8Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Int8Array.from({ length: size }, () => random.integer(256) - 128));
}
