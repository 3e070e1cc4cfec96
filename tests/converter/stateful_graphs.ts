// Float graphs of one layer that remembers, with seeded weights of a trained layer's size.
import { Random } from '../../base/random.js';
import { elements, type Activation, type Graph, type Op, type Tensor } from '../../converter/graph/graph.js';
import { GATES, lstmInputs } from '../../converter/ops/lstm_inputs.js';

class StatefulBuilder {
  private readonly tensors: Tensor[] = [];
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  activation(shape: number[]): number {
    return this.add({ shape });
  }

  state(shape: number[]): number {
    return this.add({ shape, isVariable: true });
  }

  /** Normal, with the given deviation. */
  constant(shape: number[], deviation: number): number {
    return this.add({
      shape,
      data: Float32Array.from({ length: elements(shape) }, () => this.random.normal() * deviation),
    });
  }

  graph(op: Pick<Op, 'opcode' | 'inputs' | 'options'>, output: number): Graph {
    const layer = { ...op, name: 'layer', outputs: [output] } as Op;
    return {
      name: 'float',
      tensors: this.tensors,
      ops: [layer],
      inputs: [op.inputs[0]!],
      outputs: [output],
      metadata: new Map(),
    };
  }

  private add(tensor: Omit<Tensor, 'name' | 'dtype'>): number {
    return this.tensors.push({ name: `tensor_${this.tensors.length}`, dtype: 'float32', ...tensor }) - 1;
  }
}

export interface LstmShape {
  batches?: number;
  steps: number;
  depth: number;
  units: number;
  timeMajor?: boolean;
  cellClip?: number;
}

export function floatLstm(seed: number, shape: LstmShape): Graph {
  const { batches = 1, steps, depth, units, timeMajor = false, cellClip = 0 } = shape;
  const b = new StatefulBuilder(seed);
  const rows = timeMajor ? [steps, batches] : [batches, steps];
  const inputs = lstmInputs({
    input: b.activation([...rows, depth]),
    inputWeights: GATES.map(() => b.constant([units, depth], depth ** -0.5)),
    recurrentWeights: GATES.map(() => b.constant([units, units], units ** -0.5)),
    biases: GATES.map(() => b.constant([units], 0.3)),
    hidden: b.state([batches, units]),
    cell: b.state([batches, units]),
  });
  const options = { cellClip, projClip: 0, timeMajor };
  return b.graph({ opcode: 'UNIDIRECTIONAL_SEQUENCE_LSTM', inputs, options }, b.activation([...rows, units]));
}

export interface SvdfShape {
  depth: number;
  units: number;
  rank: number;
  memory: number;
  activation?: Activation;
  bias?: boolean;
}

export function floatSvdf(seed: number, shape: SvdfShape): Graph {
  const { depth, units, rank, memory, activation = 'NONE', bias = true } = shape;
  const b = new StatefulBuilder(seed);
  const inputs = [
    b.activation([1, depth]),
    b.constant([units * rank, depth], depth ** -0.5),
    b.constant([units * rank, memory], memory ** -0.5),
    bias ? b.constant([units], 0.3) : -1,
    b.state([1, units * rank * memory]),
  ];
  return b.graph({ opcode: 'SVDF', inputs, options: { rank, activation } }, b.activation([1, units]));
}

/** Normal inputs for a graph's one input. */
export function normalInputs(graph: Graph, count: number, seed = 100): Float32Array[] {
  const random = new Random(seed);
  const length = elements(graph.tensors[graph.inputs[0]!]!.shape);
  return Array.from({ length: count }, () => Float32Array.from({ length }, () => random.normal()));
}
