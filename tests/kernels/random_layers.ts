// One layer at a time, drawn to reach what chains of ordinary layers do not: odd shapes, extreme zero points and scales.
import { elements, type Activation, type Graph, type OpOptions, type Padding } from '../../converter/graph/graph.js';
import { verify } from '../../converter/ops/verify.js';
import { outputSize } from '../../converter/ops/window.js';
import { GraphBuilder } from './builder.js';
import { Dice } from './dice.js';

const ACTIVATIONS: readonly Activation[] = ['NONE', 'NONE', 'NONE', 'RELU', 'RELU6', 'RELU_N1_TO_1'];
const LAYERS = ['conv', 'depthwise', 'transposed', 'dense', 'average', 'largest', 'softmax', 'padded'] as const;

type Pair = [height: number, width: number];

class LayerDraw {
  private readonly dice: Dice;
  private readonly builder: GraphBuilder;

  constructor(seed: number) {
    this.dice = new Dice(seed);
    this.builder = new GraphBuilder(`random layer ${seed}`, seed);
  }

  graph(): Graph {
    return this[this.dice.pick(LAYERS)]();
  }

  private zeroPoint(): number {
    return this.dice.pick([-128, 127, this.dice.from(-128, 127), this.dice.from(-40, 40), this.dice.from(-40, 40)]);
  }

  /** Of images, some of which are a row or a column. */
  private image(): [number, number, number, number] {
    const { dice } = this;
    return [
      dice.pick([1, 1, 1, 2, 3]),
      dice.pick([1, dice.from(2, 9)]),
      dice.from(1, 9),
      dice.pick([17, dice.from(1, 9)]),
    ];
  }

  private activation(shape: number[], scale: number): number {
    return this.builder.activation(shape, scale, this.zeroPoint());
  }

  private pair(draw: () => number): Pair {
    return [draw(), draw()];
  }

  private window(size: Pair, filter: Pair, dilation: Pair) {
    const [strideH, strideW] = this.pair(() => this.dice.from(1, 4));
    const out = (padding: Padding): Pair => [
      outputSize(padding, size[0], filter[0], strideH, dilation[0]),
      outputSize(padding, size[1], filter[1], strideW, dilation[1]),
    ];
    const mayBeValid = out('VALID').every((n) => n > 0);
    const padding: Padding = mayBeValid && this.dice.integer(2) === 0 ? 'VALID' : 'SAME';
    const activation = this.dice.pick(ACTIVATIONS);
    return { out: out(padding), options: { padding, strideH, strideW, activation } };
  }

  /** Weights, a bias or none, and an output whose multipliers are ordinary, large, tiny or powers of two. */
  private weighted(input: { tensor: number; scale: number }, weights: number[], axis: number, output: number[]) {
    const { dice, builder } = this;
    const channels = weights[axis]!;
    const fitting = 1 / (60 * Math.sqrt(elements(weights) / channels));
    const multiplier = dice.pick([
      fitting,
      fitting,
      fitting,
      dice.power(-5, 6),
      dice.power(-36, -12),
      2 ** -dice.from(4, 12),
    ]);
    const outputScale = dice.pick([input.scale, dice.power(-10, 2)]);
    const middle = (multiplier * outputScale) / input.scale;
    const spread = () => (multiplier === fitting ? 0.5 + dice.uniform() : 1);
    const count = dice.integer(3) === 0 ? 1 : channels;
    const scales = Array.from({ length: count }, () => middle * spread());
    const w = builder.weights({ shape: weights, scales, axis });
    const largest = dice.pick([0, 30, Math.min(2 ** 30, Math.round(60 / multiplier))]);
    const bias = largest > 0 ? [builder.bias(input.tensor, w, channels, largest)] : [];
    return { weights: w, bias, output: this.activation(output, outputScale) };
  }

  private input(shape: number[]) {
    const scale = this.dice.power(-10, 1);
    return { tensor: this.activation(shape, scale), shape, scale };
  }

  private conv(): Graph {
    const { dice } = this;
    const [batches, height, width, inC] = this.image();
    const [filter, dilation] = [this.pair(() => dice.from(1, 5)), this.pair(() => dice.pick([1, 1, 2, 3]))];
    const { out, options } = this.window([height, width], filter, dilation);
    const groups = dice.pick([1, dice.pick([1, 2, 3, inC].filter((n) => inC % n === 0))]);
    const channels = groups * dice.from(1, groups > 3 ? 2 : 6);
    const x = this.input([batches, height, width, inC]);
    const parts = this.weighted(x, [channels, ...filter, inC / groups], 0, [batches, ...out, channels]);
    const dilations = { dilationH: dilation[0], dilationW: dilation[1] };
    return this.layer('CONV_2D', x.tensor, parts, { ...options, ...dilations });
  }

  private depthwise(): Graph {
    const { dice } = this;
    const [batches, height, width, inC] = this.image();
    const [filter, dilation] = [this.pair(() => dice.from(1, 5)), this.pair(() => dice.pick([1, 1, 2, 3]))];
    const { out, options } = this.window([height, width], filter, dilation);
    const depthMultiplier = dice.pick([1, 1, dice.from(2, 6)]);
    const channels = inC * depthMultiplier;
    const x = this.input([batches, height, width, inC]);
    const parts = this.weighted(x, [1, ...filter, channels], 3, [batches, ...out, channels]);
    const dilations = { dilationH: dilation[0], dilationW: dilation[1] };
    return this.layer('DEPTHWISE_CONV_2D', x.tensor, parts, { ...options, ...dilations, depthMultiplier });
  }

  /** PAD, then a convolution that is to take it in. */
  private padded(): Graph {
    const { dice, builder } = this;
    const [batches, height, width, inC] = this.image();
    const borders = Array.from({ length: 4 }, () => dice.from(0, 6)) as [number, number, number, number];
    const size: Pair = [height + borders[0] + borders[1], width + borders[2] + borders[3]];
    const filter: Pair = [dice.from(1, Math.min(5, size[0])), dice.from(1, Math.min(5, size[1]))];
    const { options } = this.window(size, filter, [1, 1]);
    const channels = dice.from(1, 6);
    const { strideH, strideW } = options;
    const out = [
      outputSize('VALID', size[0], filter[0], strideH, 1),
      outputSize('VALID', size[1], filter[1], strideW, 1),
    ];
    const x = this.input([batches, height, width, inC]);
    const paddings = builder.integers([0, 0, ...borders, 0, 0], [4, 2]);
    const y = builder.op('PAD', [x.tensor, paddings], builder.like(x.tensor, [batches, ...size, inC]), {});
    const parts = this.weighted({ ...x, tensor: y }, [channels, ...filter, inC], 0, [batches, ...out, channels]);
    const rest = { padding: 'VALID', dilationH: 1, dilationW: 1 } as const;
    builder.op('CONV_2D', [y, parts.weights, ...parts.bias], parts.output, { ...options, ...rest });
    return builder.graph(x.tensor, parts.output);
  }

  private transposed(): Graph {
    const { dice, builder } = this;
    const [batches, height, width, channels] = this.image();
    const filter = this.pair(() => dice.from(1, 5));
    const { out, options } = this.window([height, width], filter, [1, 1]);
    const x = this.input([batches, ...out, dice.from(1, 9)]);
    const output = [batches, height, width, channels];
    const { weights, bias, output: y } = this.weighted(x, [channels, ...filter, x.shape[3]!], 0, output);
    builder.op('TRANSPOSE_CONV', [builder.shape(output), weights, x.tensor, ...bias], y, options);
    return builder.graph(x.tensor, y);
  }

  private dense(): Graph {
    const { dice } = this;
    const [depth, channels] = [dice.from(1, 40), dice.from(1, 17)];
    const rows = [dice.from(1, 3), dice.from(1, 3)].slice(dice.integer(3));
    const keepNumDims = dice.integer(2) === 0;
    const x = this.input([...rows, depth]);
    const output = keepNumDims ? [...rows, channels] : [elements(rows), channels];
    const parts = this.weighted(x, [channels, depth], 0, output);
    return this.layer('FULLY_CONNECTED', x.tensor, parts, { activation: dice.pick(ACTIVATIONS), keepNumDims });
  }

  private average(): Graph {
    return this.pool('AVERAGE_POOL_2D');
  }

  private largest(): Graph {
    return this.pool('MAX_POOL_2D');
  }

  private pool(opcode: 'AVERAGE_POOL_2D' | 'MAX_POOL_2D'): Graph {
    const { dice, builder } = this;
    const [batches, height, width, inC] = this.image();
    const filter = this.pair(() => dice.from(1, 5));
    const { out, options } = this.window([height, width], filter, [1, 1]);
    const x = this.input([batches, height, width, inC]);
    const y = builder.like(x.tensor, [batches, ...out, inC]);
    builder.op(opcode, [x.tensor], y, { ...options, filterH: filter[0], filterW: filter[1] });
    return builder.graph(x.tensor, y);
  }

  private softmax(): Graph {
    const { dice, builder } = this;
    const shape = [dice.from(1, 3), dice.from(1, 3), dice.from(1, 30)].slice(dice.integer(3));
    const x = this.activation(shape, dice.power(-9, 3));
    const y = builder.activation(shape, 1 / 256, -128);
    builder.op('SOFTMAX', [x], y, { beta: dice.pick([1, 1, dice.power(-3, 3)]) });
    return builder.graph(x, y);
  }

  private layer<K extends 'CONV_2D' | 'DEPTHWISE_CONV_2D' | 'FULLY_CONNECTED'>(
    opcode: K,
    input: number,
    { weights, bias, output }: { weights: number; bias: number[]; output: number },
    options: OpOptions[K],
  ): Graph {
    return this.builder.graph(input, this.builder.op(opcode, [input, weights, ...bias], output, options));
  }
}

/** As many graphs as wanted, from `seed` on; a draw whose sums could leave 32 bits is passed over. */
export function randomLayers(seed: number, count: number): Graph[] {
  const graphs: Graph[] = [];
  for (let next = seed; graphs.length < count; next++) {
    const graph = new LayerDraw(next).graph();
    if (isAccepted(graph)) graphs.push(graph);
  }
  return graphs;
}

function isAccepted(graph: Graph): boolean {
  try {
    verify(graph);
    return true;
  } catch {
    return false;
  }
}
