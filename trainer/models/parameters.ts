// Everything that a model learns in two flat arrays, so that optimizer, workers and checkpoint handle plain floats.
import type { Random } from '../../base/random.js';
import { shapedLayers, type Layer, type Model, type Shape } from './layers.js';

export interface Parameter {
  /** As Keras names it: `layer/kernel`. */
  name: string;
  shape: Shape;
  /** In elements from the start of its flat array. */
  offset: number;
  size: number;
  /** What it starts as: Glorot's uniform distribution for kernels, else a constant. */
  initial: 'glorot-uniform' | 0 | 1;
}

export interface ParameterLayout {
  /** What the optimizer changes. */
  weights: readonly Parameter[];
  weightCount: number;
  /** The running statistics of batch normalization: for each layer its mean, then its variance. */
  statistics: readonly Parameter[];
  statisticCount: number;
}

type Declaration = [suffix: string, shape: Shape, initial: Parameter['initial']];

export type WeightedLayer = Layer & { kind: 'conv2d' | 'depthwise-conv2d' | 'dense' };

export function kernelName({ kind, name }: WeightedLayer): string {
  return kind === 'depthwise-conv2d' ? `${name}/depthwise_kernel` : `${name}/kernel`;
}

/** Where each of the model's parameters lies. */
export function layoutOf(model: Model): ParameterLayout {
  const weights: Parameter[] = [];
  const statistics: Parameter[] = [];
  for (const { layer, input } of shapedLayers(model)) {
    declare(weights, layer, weightsOf(layer, input));
    if (layer.kind === 'batch-norm') declare(statistics, layer, statisticsOf(input));
  }
  return { weights, weightCount: end(weights), statistics, statisticCount: end(statistics) };
}

function weightsOf(layer: Layer, input: Shape): Declaration[] {
  const channels = input.at(-1)!;
  switch (layer.kind) {
    case 'conv2d':
      return [['kernel', [...layer.kernel, channels, layer.filters], 'glorot-uniform']];
    case 'depthwise-conv2d':
      return [['depthwise_kernel', [...layer.kernel, channels, 1], 'glorot-uniform']];
    case 'batch-norm':
      return [
        ['gamma', [channels], 1],
        ['beta', [channels], 0],
      ];
    case 'dense':
      return [
        ['kernel', [channels, layer.units], 'glorot-uniform'],
        ['bias', [layer.units], 0],
      ];
    default:
      return [];
  }
}

function statisticsOf(input: Shape): Declaration[] {
  return [
    ['moving_mean', [input.at(-1)!], 0],
    ['moving_variance', [input.at(-1)!], 1],
  ];
}

function declare(parameters: Parameter[], layer: Layer, declarations: Declaration[]): void {
  for (const [suffix, shape, initial] of declarations) {
    const size = shape.reduce((product, n) => product * n, 1);
    parameters.push({ name: `${layer.name}/${suffix}`, shape, offset: end(parameters), size, initial });
  }
}

function end(parameters: readonly Parameter[]): number {
  const last = parameters.at(-1);
  return last ? last.offset + last.size : 0;
}

/** A parameter's part of its flat array, without a copy. */
export function slice(values: Float32Array, { offset, size }: Parameter): Float32Array {
  return values.subarray(offset, offset + size);
}

/** Fills a flat array with the parameters' first values. */
export function initialize(values: Float32Array, parameters: readonly Parameter[], random: Random): void {
  for (const parameter of parameters) {
    const part = slice(values, parameter);
    if (parameter.initial !== 'glorot-uniform') part.fill(parameter.initial);
    else {
      const limit = glorotLimit(parameter.shape);
      for (let i = 0; i < part.length; i++) part[i] = (2 * random.uniform() - 1) * limit;
    }
  }
}

/** √(6 / (inputs + outputs)) of a kernel whose last two axes are channels: Glorot and Bengio, 2010, as Keras counts them. */
function glorotLimit(shape: Shape): number {
  const window = shape.slice(0, -2).reduce((product, n) => product * n, 1);
  return Math.sqrt(6 / (window * (shape.at(-2)! + shape.at(-1)!)));
}
