// A random int8 network with branches: layers that read any of the last values, and outputs that nothing else reads.
import { elements, type Activation, type Graph, type Opcode, type Padding } from '../../converter/graph/graph.js';
import { outputSize } from '../../converter/ops/window.js';
import { GraphBuilder } from './builder.js';
import { Dice } from './dice.js';

/** An activation of four dimensions. */
interface Value {
  tensor: number;
  shape: [number, number, number, number];
}

type Draw = (input: Value) => Value[];

/** What keeps a random network small: a value that is larger is only read by layers that make it smaller. */
const LARGE = 900;
/** Values that a layer may choose its inputs from. */
const RECENT = 4;
/** A scale at which sums of products of many random weights stay within int8, mostly. */
const SCALE = 0.05;
const ACTIVATIONS: readonly Activation[] = ['NONE', 'NONE', 'NONE', 'NONE', 'RELU', 'RELU6'];

class RandomDag {
  private readonly dice: Dice;
  private readonly builder: GraphBuilder;
  private readonly values: Value[] = [];
  private readonly unread = new Set<number>();

  constructor(seed: number) {
    this.dice = new Dice(seed);
    this.builder = new GraphBuilder(`dag ${seed}`, seed);
  }

  graph(layers: number): Graph {
    const { dice } = this;
    const inputs = Array.from({ length: dice.pick([1, 1, 1, 2]) }, () => {
      return this.value([dice.pick([1, 1, 1, 2]), dice.from(2, 9), dice.from(2, 9), dice.from(1, 8)]);
    });
    this.values.push(...inputs);
    for (let i = 0; i < layers; i++) this.layer();
    const outputs = [...this.unread].filter((tensor) => inputs.every((input) => input.tensor !== tensor));
    return this.builder.graph(
      inputs.map(({ tensor }) => tensor),
      dice.integer(4) === 0 ? [...outputs, this.values[inputs.length]!.tensor].filter(unique) : outputs,
    );
  }

  private layer(): void {
    const recent = this.values.slice(-RECENT);
    const input = this.dice.pick(recent);
    const large = elements(input.shape) > LARGE;
    const made = this.dice.pick(large ? this.shrinking() : [...this.shrinking(), ...this.others()])(input);
    this.values.push(...made);
    for (const { tensor } of made) this.unread.add(tensor);
  }

  private shrinking(): Draw[] {
    return [
      (x) => this.conv(x, 2),
      (x) => this.pool(x, 'AVERAGE_POOL_2D'),
      (x) => this.pool(x, 'MAX_POOL_2D'),
      (x) => this.slice(x),
      (x) => this.split(x),
      (x) => this.mean(x),
    ];
  }

  private others(): Draw[] {
    return [
      (x) => this.conv(x, 1),
      (x) => this.conv(x, 1),
      (x) => this.depthwise(x),
      (x) => this.depthwise(x),
      (x) => this.residual(x),
      (x) => this.residual(x),
      (x) => this.combined(x),
      (x) => this.concatenated(x),
      (x) => this.padded(x),
      (x) => this.transposed(x),
      (x) => this.turned(x),
      (x) => this.resized(x),
      (x) => this.dense(x),
      (x) => this.mapped(x),
      (x) => this.renamed(x),
    ];
  }

  private value(shape: Value['shape'], zeroPoint = this.dice.from(-30, 30)): Value {
    return { tensor: this.builder.activation(shape, SCALE, zeroPoint), shape };
  }

  /** With the input's scale and zero point. */
  private like(input: Value, shape: Value['shape']): Value {
    return { tensor: this.builder.like(input.tensor, shape), shape };
  }

  private op(opcode: Opcode, inputs: number[], outputs: Value[], options: object): Value[] {
    for (const tensor of inputs) this.unread.delete(tensor);
    const tensors = outputs.map(({ tensor }) => tensor);
    this.builder.op(opcode, inputs, tensors, options as never);
    return outputs;
  }

  private weighted(input: Value, shape: number[], axis: number, bias = true): number[] {
    const channels = shape[axis]!;
    const scales = Array.from(
      { length: channels },
      () => (0.5 + this.dice.uniform()) / (40 * Math.sqrt(elements(shape) / channels)),
    );
    const weights = this.builder.weights({ shape, scales, axis });
    return bias ? [weights, this.builder.bias(input.tensor, weights, channels, 500)] : [weights];
  }

  private window([, height, width]: Value['shape'], stride: number) {
    const { dice } = this;
    const [filterH, filterW] = dice.pick([
      [1, 1],
      [3, 3],
      [dice.from(1, 4), dice.from(1, 4)],
    ] as const);
    const [strideH, strideW] = [dice.pick([1, stride, dice.from(1, 3)]), dice.pick([1, stride])];
    const dilation = stride === 1 ? dice.pick([1, 1, 1, 2]) : 1;
    const out = (padding: Padding) =>
      [
        outputSize(padding, height, filterH, strideH, dilation),
        outputSize(padding, width, filterW, strideW, dilation),
      ] as const;
    const padding: Padding = dice.integer(2) === 0 && out('VALID').every((n) => n > 0) ? 'VALID' : 'SAME';
    const options = { padding, strideH, strideW, activation: dice.pick(ACTIVATIONS) };
    return { filterH, filterW, dilation, out: out(padding), options };
  }

  private conv(input: Value, stride: number): Value[] {
    const { dice } = this;
    const { filterH, filterW, dilation, out, options } = this.window(input.shape, stride);
    const [batches, , , inC] = input.shape;
    const groups = inC % 2 === 0 ? dice.pick([1, 1, 2]) : 1;
    const channels = groups * dice.from(1, 6);
    const constants = this.weighted(input, [channels, filterH, filterW, inC / groups], 0, dice.integer(3) > 0);
    const output = this.value([batches, ...out, channels]);
    const dilations = { dilationH: dilation, dilationW: dilation };
    return this.op('CONV_2D', [input.tensor, ...constants], [output], { ...options, ...dilations });
  }

  private depthwise(input: Value): Value[] {
    const { filterH, filterW, dilation, out, options } = this.window(input.shape, 1);
    const depthMultiplier = this.dice.pick([1, 1, 1, 2, 5]);
    const channels = input.shape[3] * depthMultiplier;
    const constants = this.weighted(input, [1, filterH, filterW, channels], 3);
    const output = this.value([input.shape[0], ...out, channels]);
    const rest = { dilationH: dilation, dilationW: dilation, depthMultiplier };
    return this.op('DEPTHWISE_CONV_2D', [input.tensor, ...constants], [output], { ...options, ...rest });
  }

  private pool(input: Value, opcode: 'AVERAGE_POOL_2D' | 'MAX_POOL_2D'): Value[] {
    const { filterH, filterW, options } = this.window(input.shape, 2);
    const [batches, height, width, channels] = input.shape;
    const { strideH, strideW } = options;
    const size = [
      outputSize('SAME', height, filterH, strideH, 1),
      outputSize('SAME', width, filterW, strideW, 1),
    ] as const;
    const output = this.like(input, [batches, ...size, channels]);
    return this.op(opcode, [input.tensor], [output], { ...options, padding: 'SAME', filterH, filterW });
  }

  /** Two layers of the input's shape, and the sum of both ways. */
  private residual(input: Value): Value[] {
    const channels = input.shape[3];
    const options = { padding: 'SAME', strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, activation: 'NONE' };
    const [inner, outer] = [this.value(input.shape), this.value(input.shape)];
    const depthwise = this.weighted(input, [1, 3, 3, channels], 3);
    this.op('DEPTHWISE_CONV_2D', [input.tensor, ...depthwise], [inner], { ...options, depthMultiplier: 1 });
    this.op('CONV_2D', [inner.tensor, ...this.weighted(inner, [channels, 1, 1, channels], 0)], [outer], options);
    const operands = this.dice.integer(2) === 0 ? [input, outer] : [outer, input];
    return this.op(
      'ADD',
      operands.map(({ tensor }) => tensor),
      [this.value(input.shape)],
      { activation: 'NONE' },
    );
  }

  /** With itself, a value of the same shape, or a constant that broadcasts. */
  private combined(input: Value): Value[] {
    const { dice } = this;
    const opcode = dice.pick(['ADD', 'SUB', 'MUL'] as const);
    const partner = dice.pick(this.values.filter(({ shape }) => `${shape}` === `${input.shape}`)).tensor;
    const row = this.builder.constant([1, 1, 1, input.shape[3]], SCALE, 3);
    const other = dice.pick([partner, partner, row]);
    const output = this.value(input.shape);
    const inputs = dice.integer(2) === 0 ? [input.tensor, other] : [other, input.tensor];
    return this.op(opcode, inputs, [output], { activation: 'NONE' });
  }

  /** Parts of one value, of which each is changed before they are joined. */
  private concatenated(input: Value): Value[] {
    const axis = this.dice.pick([1, 2, 3]);
    const parts = [input, ...Array.from({ length: this.dice.from(1, 2) }, () => this.mapped(input, 'RELU')[0]!)];
    const shape = input.shape.map((n, i) => (i === axis ? n * parts.length : n)) as Value['shape'];
    const tensors = this.dice.shuffle(parts).map(({ tensor }) => tensor);
    return this.op('CONCATENATION', tensors, [this.like(input, shape)], { axis, activation: 'NONE' });
  }

  private slice(input: Value): Value[] {
    const begins = input.shape.map((n) => this.dice.integer(Math.ceil(n / 2)));
    const sizes = input.shape.map((n, i) => this.dice.from(1, n - begins[i]!)) as Value['shape'];
    const [begin, size] = [this.builder.integers(begins), this.builder.integers(sizes)];
    return this.op('SLICE', [input.tensor, begin, size], [this.like(input, sizes)], {});
  }

  private split(input: Value): Value[] {
    const axes = [1, 2, 3].filter((i) => input.shape[i]! % 2 === 0);
    if (axes.length === 0) return this.slice(input);
    const axis = this.dice.pick(axes);
    const shape = input.shape.map((n, i) => (i === axis ? n / 2 : n)) as Value['shape'];
    const halves = [this.like(input, shape), this.like(input, shape)];
    return this.op('SPLIT', [this.builder.integers([axis]), input.tensor], halves, { numSplits: 2 });
  }

  private mean(input: Value): Value[] {
    const [batches, height, width, channels] = input.shape;
    const axes = this.dice.pick([[1, 2], [1], [2], [3]]);
    const shape = [batches, height, width, channels].map((n, i) => (axes.includes(i) ? 1 : n)) as Value['shape'];
    const opcode = this.dice.pick(['MEAN', 'REDUCE_MAX'] as const);
    return this.op(opcode, [input.tensor, this.builder.integers(axes)], [this.like(input, shape)], { keepDims: true });
  }

  private padded(input: Value): Value[] {
    const paddings = input.shape.flatMap((_, i) => (i === 0 ? [0, 0] : [this.dice.integer(3), this.dice.integer(3)]));
    const shape = input.shape.map((n, i) => paddings[2 * i]! + n + paddings[2 * i + 1]!) as Value['shape'];
    const integers = this.builder.integers(paddings, [4, 2]);
    return this.op('PAD', [input.tensor, integers], [this.like(input, shape)], {});
  }

  private transposed(input: Value): Value[] {
    const [batches, height, width, inC] = input.shape;
    const channels = this.dice.from(1, 4);
    const [strideH, strideW] = [this.dice.from(1, 2), this.dice.from(1, 2)];
    const shape: Value['shape'] = [batches, height * strideH, width * strideW, channels];
    const filter = [this.dice.from(1, 3), this.dice.from(1, 3)];
    const [weights, ...bias] = this.weighted(input, [channels, ...filter, inC], 0);
    const inputs = [this.builder.shape(shape), weights!, input.tensor, ...bias];
    const options = { padding: 'SAME', strideH, strideW, activation: 'NONE' };
    return this.op('TRANSPOSE_CONV', inputs, [this.value(shape)], options);
  }

  private turned(input: Value): Value[] {
    const order = this.dice.pick([
      [0, 2, 1, 3],
      [0, 3, 1, 2],
      [0, 2, 3, 1],
      [0, 1, 3, 2],
    ]);
    const shape = order.map((axis) => input.shape[axis]!) as Value['shape'];
    return this.op('TRANSPOSE', [input.tensor, this.builder.integers(order)], [this.like(input, shape)], {});
  }

  private resized(input: Value): Value[] {
    const [batches, height, width, channels] = input.shape;
    const size = [this.dice.from(1, 2 * height), this.dice.from(1, 2 * width)] as const;
    const options = { alignCorners: false, halfPixelCenters: this.dice.integer(2) === 0 };
    const inputs = [input.tensor, this.builder.integers(size)];
    return this.op('RESIZE_NEAREST_NEIGHBOR', inputs, [this.like(input, [batches, ...size, channels])], options);
  }

  private dense(input: Value): Value[] {
    const [batches, height, width, depth] = input.shape;
    const channels = this.dice.from(1, 9);
    const inputs = [input.tensor, ...this.weighted(input, [channels, depth], 0)];
    const output = this.value([batches, height, width, channels]);
    return this.op('FULLY_CONNECTED', inputs, [output], { activation: 'NONE', keepNumDims: true });
  }

  private mapped(input: Value, opcode = this.dice.pick(['RELU', 'LOGISTIC', 'SOFTMAX'] as const)): Value[] {
    if (opcode === 'RELU') return this.op(opcode, [input.tensor], [this.like(input, input.shape)], {});
    const output = { tensor: this.builder.activation(input.shape, 1 / 256, -128), shape: input.shape };
    return this.op(opcode, [input.tensor], [output], opcode === 'SOFTMAX' ? { beta: 1 } : {});
  }

  private renamed(input: Value): Value[] {
    const [batches, height, width, channels] = input.shape;
    const shape: Value['shape'] = [batches, width, height, channels];
    return this.op('RESHAPE', [input.tensor], [this.like(input, shape)], { newShape: shape });
  }
}

function unique<T>(item: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(item) === index;
}

/** The same graph for the same seed. */
export function randomDag(seed: number, layers: number): Graph {
  return new RandomDag(seed).graph(layers);
}
