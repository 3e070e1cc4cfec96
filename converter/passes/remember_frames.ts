// Causal temporal convolutions over a window → SVDF, which is given one frame and remembers those before it.
import { KilnError } from '../../base/errors.js';
import type { Graph, Op, Tensor } from '../graph/graph.js';
import { removeDeadTensors } from './remove_dead_tensors.js';

type Constant = Tensor & { data: Float32Array };

/**
 * A lowered float graph of pairs of convolutions, one over the channels of a frame and one over frames of each channel, and of layers over
 * the newest frame → the same as one frame at a time gives it.
 * @throws KilnError `stream-unsuited` that names the first layer that needs more than frames before its own
 */
export function rememberFrames(graph: Graph): Graph {
  const builder = new FrameGraph(graph);
  for (const op of graph.ops) builder.take(op);
  return removeDeadTensors(builder.graph());
}

class FrameGraph {
  private readonly tensors: Tensor[];
  private readonly ops: Op[] = [];
  /** Of each tensor of the window, that of the newest frame. */
  private readonly newest = new Map<number, number>();
  /** A convolution over channels that waits for the one over frames. */
  private feature: Op<'CONV_2D'> | undefined;

  constructor(private readonly window: Graph) {
    this.tensors = [...window.tensors];
    const input = window.inputs[0]!;
    const { shape, ...rest } = window.tensors[input]!;
    this.newest.set(input, this.add({ ...rest, shape: [1, shape[2]! * (shape[3] ?? 1)] }));
  }

  graph(): Graph {
    const at = (tensor: number) => this.newest.get(tensor)!;
    const { inputs, outputs } = this.window;
    return { ...this.window, tensors: this.tensors, ops: this.ops, inputs: inputs.map(at), outputs: outputs.map(at) };
  }

  take(op: Op): void {
    switch (op.opcode) {
      case 'CONV_2D':
        this.feature = op;
        return this.pass(op);
      case 'PAD':
      case 'SLICE':
      case 'RESHAPE':
        return this.pass(op);
      case 'DEPTHWISE_CONV_2D':
        return this.remember(op);
      case 'FULLY_CONNECTED':
      case 'SOFTMAX':
        return this.keep(op);
      default:
        throw this.unsuited(op, `is a ${op.opcode}`);
    }
  }

  /** What leaves a frame as it is. */
  private pass({ inputs, outputs }: Op): void {
    this.newest.set(outputs[0]!, this.newest.get(inputs[0]!)!);
  }

  private keep(op: Op): void {
    const inputs = op.inputs.map((input) => this.newest.get(input) ?? input);
    this.newest.set(op.outputs[0]!, op.outputs[0]!);
    this.ops.push({ ...op, inputs });
  }

  private remember(op: Op<'DEPTHWISE_CONV_2D'>): void {
    const { feature } = this;
    this.feature = undefined;
    if (!feature) throw this.unsuited(op, 'follows no convolution over the channels of a frame');
    const weights = this.constant(feature.inputs[1]!);
    const filter = this.constant(op.inputs[1]!);
    const [filters, memory] = [filter.shape[3]!, filter.shape[1]!];
    this.expectFrames(op, feature, filter);
    const depth = weights.data.length / filters;
    const time = transposed(filter.data, memory, filters);
    const inputs = [
      this.newest.get(feature.inputs[0]!)!,
      this.add({ ...weights, shape: [filters, depth] }),
      this.add({ ...filter, shape: [filters, memory], data: time }),
      op.inputs[2]!,
      this.add({ name: `${op.name}/state`, dtype: 'float32', shape: [1, filters * memory], isVariable: true }),
    ];
    const output = this.add({ ...this.tensors[op.outputs[0]!]!, shape: [1, filters] });
    this.newest.set(op.outputs[0]!, output);
    const options = { rank: 1, activation: op.options.activation };
    this.ops.push({ opcode: 'SVDF', name: op.name, inputs, outputs: [output], options });
  }

  private expectFrames(op: Op<'DEPTHWISE_CONV_2D'>, feature: Op<'CONV_2D'>, filter: Tensor): void {
    const bias = this.constant(feature.inputs[2]!);
    if (bias.data.some((value) => value !== 0)) throw this.unsuited(feature, 'has a bias in front of its frames');
    if (feature.options.activation !== 'NONE') throw this.unsuited(feature, 'has an activation in front of its frames');
    const { padding, strideH } = op.options;
    if (padding !== 'VALID' || strideH !== 1 || filter.shape[2] !== 1)
      throw this.unsuited(op, 'is not causal over frames');
  }

  private constant(tensor: number): Constant {
    return this.tensors[tensor] as Constant;
  }

  private add(tensor: Tensor): number {
    return this.tensors.push(tensor) - 1;
  }

  private unsuited({ name }: Op, what: string): KilnError {
    const todo = 'Give a model of causal layers such as svdf-stream.';
    return new KilnError('stream-unsuited', { where: `${this.window.name}, layer ${name}`, what, todo });
  }
}

/** [rows, columns] → [columns, rows]. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: values.length }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
}
