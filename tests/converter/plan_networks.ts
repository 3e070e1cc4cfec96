// Networks as they are built for microcontrollers, by their shapes: what the planner is measured on.
import type { Graph } from '../../converter/graph/graph.js';
import { outputSize } from '../../converter/ops/window.js';
import { GraphBuilder } from '../kernels/builder.js';

/** An image: its tensor, rows, columns and channels. */
interface Image {
  tensor: number;
  height: number;
  width: number;
  channels: number;
}

const SCALE = 0.05;
const PLAIN = { padding: 'SAME', dilationH: 1, dilationW: 1, activation: 'NONE' } as const;

export class NetworkBuilder {
  private readonly builder: GraphBuilder;

  constructor(name: string, seed = 1) {
    this.builder = new GraphBuilder(name, seed);
  }

  input(height: number, width: number, channels: number): Image {
    return this.image(height, width, channels);
  }

  conv(input: Image, channels: number, filter: number | [number, number], stride = 1): Image {
    const [filterH, filterW] = [filter, filter].flat();
    const [height, width] = [input.height, input.width].map((n, i) => {
      return outputSize('SAME', n, [filterH!, filterW!][i]!, stride, 1);
    });
    const weights = this.weights([channels, filterH!, filterW!, input.channels], 0);
    const output = this.image(height!, width!, channels);
    const options = { ...PLAIN, strideH: stride, strideW: stride };
    this.builder.op('CONV_2D', [input.tensor, weights], output.tensor, options);
    return output;
  }

  depthwise(input: Image, stride = 1): Image {
    const { height, width, channels } = input;
    const weights = this.weights([1, 3, 3, channels], 3);
    const size = [height, width].map((n) => outputSize('SAME', n, 3, stride, 1));
    const output = this.image(size[0]!, size[1]!, channels);
    const options = { ...PLAIN, strideH: stride, strideW: stride, depthMultiplier: 1 };
    this.builder.op('DEPTHWISE_CONV_2D', [input.tensor, weights], output.tensor, options);
    return output;
  }

  add(a: Image, b: Image): Image {
    const output = this.image(a.height, a.width, a.channels);
    this.builder.op('ADD', [a.tensor, b.tensor], output.tensor, { activation: 'NONE' });
    return output;
  }

  pool(input: Image): Image {
    const { height, width, channels } = input;
    const output = { ...input, height: 1, width: 1, tensor: this.builder.like(input.tensor, [1, 1, 1, channels]) };
    const options = { padding: 'VALID', strideH: 1, strideW: 1, filterH: height, filterW: width } as const;
    this.builder.op('AVERAGE_POOL_2D', [input.tensor], output.tensor, { ...options, activation: 'NONE' });
    return output;
  }

  graph(input: Image, output: Image): Graph {
    return this.builder.graph(input.tensor, output.tensor);
  }

  private image(height: number, width: number, channels: number): Image {
    return { tensor: this.builder.activation([1, height, width, channels], SCALE, 0), height, width, channels };
  }

  private weights(shape: number[], axis: number): number {
    return this.builder.weights({ shape, scales: [0.01], axis });
  }
}

/** MLPerf Tiny's image classification. */
export function resnet8(): Graph {
  const b = new NetworkBuilder('resnet8');
  const input = b.input(32, 32, 3);
  let x = b.conv(input, 16, 3);
  for (const [channels, stride] of [
    [16, 1],
    [32, 2],
    [64, 2],
  ] as const) {
    const way = b.conv(b.conv(x, channels, 3, stride), channels, 3);
    x = b.add(stride === 1 ? x : b.conv(x, channels, 1, stride), way);
  }
  return b.graph(input, b.conv(b.pool(x), 10, 1));
}

/** MobileNet v1 with a quarter of its channels: MLPerf Tiny's visual wake words. */
export function mobileNetV1(size = 96): Graph {
  const b = new NetworkBuilder('mobilenet v1 0.25');
  const input = b.input(size, size, 3);
  let x = b.conv(input, 8, 3, 2);
  const layers = [
    [16, 1],
    [32, 2],
    [32, 1],
    [64, 2],
    [64, 1],
    [128, 2],
    ...new Array<[number, number]>(5).fill([128, 1]),
    [256, 2],
    [256, 1],
  ];
  for (const [channels, stride] of layers) x = b.conv(b.depthwise(x, stride), channels!, 1);
  return b.graph(input, b.conv(b.pool(x), 2, 1));
}

/** MobileNet v2's inverted residuals. @param repeats of each stage's blocks, in units of the paper's */
export function mobileNetV2(size = 96, repeats = 1): Graph {
  const b = new NetworkBuilder('mobilenet v2 0.35');
  const input = b.input(size, size, 3);
  let x = b.conv(b.depthwise(b.conv(input, 16, 3, 2)), 8, 1);
  const stages = [
    [8, 2, 2],
    [16, 3, 2],
    [24, 4, 2],
    [32, 3, 1],
    [56, 3, 2],
  ] as const;
  for (const [channels, count, stride] of stages) {
    for (let i = 0; i < count * repeats; i++) {
      const wide = b.depthwise(b.conv(x, 6 * x.channels, 1), i === 0 ? stride : 1);
      const next = b.conv(wide, channels, 1);
      x = i > 0 ? b.add(x, next) : next;
    }
  }
  return b.graph(input, b.conv(b.pool(x), 10, 1));
}

/** Depthwise-separable layers on one image size. */
export function separableChain(layers: number, height: number, width: number, channels: number): Graph {
  const b = new NetworkBuilder('separable chain');
  const input = b.input(2 * height, 2 * width, 1);
  let x = b.conv(input, channels, [4, 4], 2);
  for (let i = 0; i < layers; i++) x = b.conv(b.depthwise(x), channels, 1);
  return b.graph(input, b.pool(x));
}
