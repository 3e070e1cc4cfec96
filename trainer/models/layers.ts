// A model as data: its layers in order, the shapes between them and what each layer has to learn.

export type Pair = readonly [number, number];

/**
 * Convolutions have no bias: batch normalization follows each. Pairs are [height, width]. They are padded 'same'; a causal depthwise
 * one sees rows that came before, and none that come after. `add` adds what the layer of that name gave, one of the same shape.
 */
export type Layer =
  | { kind: 'conv2d'; name: string; filters: number; kernel: Pair; stride: Pair }
  | { kind: 'depthwise-conv2d'; name: string; kernel: Pair; stride: Pair; causal?: boolean }
  | { kind: 'batch-norm'; name: string }
  | { kind: 'relu'; name: string }
  | { kind: 'add'; name: string; other: string }
  | { kind: 'dropout'; name: string; rate: number }
  | { kind: 'global-average-pool'; name: string }
  | { kind: 'flatten'; name: string }
  | { kind: 'last-row'; name: string }
  | { kind: 'dense'; name: string; units: number }
  | { kind: 'softmax'; name: string };

/** [height, width, channels], or [channels] behind the pooling, the flattening or the choice of the last row. */
export type Shape = readonly number[];

export interface Model {
  layers: readonly Layer[];
  inputShape: readonly [height: number, width: number, channels: number];
  labels: readonly string[];
}

/** Keras' defaults, except that the running statistics follow faster: training here takes hundreds of steps, not thousands. */
export const BATCH_NORM_EPSILON = 1e-3;
export const BATCH_NORM_MOMENTUM = 0.9;

/** What a layer makes of a shape. */
export function outputShape(layer: Layer, shape: Shape): Shape {
  const channels = shape.at(-1)!;
  const strided = (stride: Pair) => stride.map((step, axis) => Math.ceil(shape[axis]! / step));
  switch (layer.kind) {
    case 'conv2d':
      return [...strided(layer.stride), layer.filters];
    case 'depthwise-conv2d':
      return [...strided(layer.stride), channels];
    case 'global-average-pool':
      return [channels];
    case 'flatten':
      return [shape.reduce((product, n) => product * n, 1)];
    case 'last-row':
      return [shape[1]! * channels];
    case 'dense':
      return [layer.units];
    default:
      return shape;
  }
}

/** Each layer with the shape that it is given. */
export function shapedLayers(model: Model): { layer: Layer; input: Shape; output: Shape }[] {
  let shape: Shape = model.inputShape;
  return model.layers.map((layer) => {
    const input = shape;
    shape = outputShape(layer, input);
    return { layer, input, output: shape };
  });
}

/** Multiplications and additions of one inference, in pairs. */
export function countMacs(model: Model): number {
  return shapedLayers(model).reduce((sum, { layer, input, output }) => {
    const out = output.reduce((product, n) => product * n, 1);
    if (layer.kind === 'conv2d') return sum + out * layer.kernel[0] * layer.kernel[1] * input[2]!;
    if (layer.kind === 'depthwise-conv2d') return sum + out * layer.kernel[0] * layer.kernel[1];
    return layer.kind === 'dense' ? sum + out * input[0]! : sum;
  }, 0);
}
