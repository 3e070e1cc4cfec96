// The checks that several ops share, with errors that name the layer, the tensor's role, what is there and what is wanted.
import type { KilnError } from '../../base/errors.js';
import type { Graph, Op, Tensor } from '../graph/graph.js';
import { printQuantization, printType, quoted } from '../graph/print.js';
import { graphError, layerName } from '../graph/verify.js';

/** Whether an op computes in float32 or in int8: the dtype of its main input. */
export type Form = 'float32' | 'int8';

/** TFLite Micro's limit on the difference of two scales that must be equal. */
const SCALE_TOLERANCE = 1e-6;

export interface Arity {
  /** Inputs that have to be there. */
  least: number;
  /** Inputs that may be there; as many as `least` where it is left out. */
  most?: number;
  /** 1 where it is left out. */
  outputs?: number;
  /** Position of the main activation: 0 where it is left out. */
  input?: number;
  forms?: readonly Form[];
  /** dtype of the outputs where it is not the form. */
  output?: Form;
}

export class LayerCheck {
  readonly form: Form;
  /** The main activation, and the first output. */
  readonly input: Tensor;
  readonly output: Tensor;

  /** Checks the number of inputs and outputs, and every activation among them: one dtype, in int8 one scale and zero point. */
  constructor(
    private readonly op: Op,
    private readonly graph: Graph,
    { least, most = least, outputs = 1, input = 0, forms = ['float32', 'int8'], output }: Arity,
  ) {
    if (op.inputs.length < least || op.inputs.length > most || op.outputs.length !== outputs) {
      const wanted = least === most ? `${least}` : `${least} to ${most}`;
      throw this.error(
        `has ${op.inputs.length} inputs and ${op.outputs.length} outputs, and takes ${wanted} and ${outputs}`,
      );
    }
    for (let i = 0; i < least; i++) if (op.inputs[i] === -1) throw this.error(`lacks its input ${i}`);
    this.input = graph.tensors[op.inputs[input]!]!;
    this.output = graph.tensors[op.outputs[0]!]!;
    const form = forms.find((f) => f === this.input.dtype);
    if (!form) throw this.error(`its input is ${printType(this.input)}, and it takes ${forms.join(' or ')}`);
    this.form = form;
    this.expect(!this.input.data && !this.input.isVariable, () => 'its input is a constant or a variable');
    this.checkActivations(output ?? form);
  }

  error(what: string): KilnError {
    return graphError(layerName(this.op, this.graph), what);
  }

  expect(condition: boolean, what: () => string): void {
    if (!condition) throw this.error(what());
  }

  rank(tensor: Tensor, role: string, rank: number): void {
    this.expect(
      tensor.shape.length === rank,
      () => `its ${role} is ${printType(tensor)}, and has to have ${rank} dimensions`,
    );
  }

  /** Options that count something: whole numbers of 1 or more. */
  positive(options: Readonly<Record<string, number>>): void {
    for (const [key, value] of Object.entries(options)) {
      this.expect(Number.isInteger(value) && value >= 1, () => `has ${key} ${value}, and it has to be 1 or more`);
    }
  }

  /** A constant input of the given dtype. */
  constant(index: number, role: string, dtype: Tensor['dtype']): Tensor {
    const tensor = this.graph.tensors[this.op.inputs[index]!]!;
    this.expect(tensor.dtype === dtype, () => `its ${role} are ${printType(tensor)}, and have to be ${dtype}`);
    this.expect(tensor.data !== undefined, () => `its ${role} are computed, and have to be constant`);
    return tensor;
  }

  /** The values of a constant input that describes shapes or places: int32 or int64. */
  integers(index: number, role: string): number[] {
    const { dtype } = this.graph.tensors[this.op.inputs[index]!]!;
    const { data } = this.constant(index, role, dtype === 'int64' ? dtype : 'int32');
    return Array.from(data as Int32Array | BigInt64Array, Number);
  }

  /** An input that may be an activation or a constant: of the op's dtype, in int8 with one scale and zero point. */
  operand(index: number, role: string): Tensor {
    const tensor = this.graph.tensors[this.op.inputs[index]!]!;
    this.perTensor(tensor, role, this.form);
    return tensor;
  }

  /** All int8 inputs, constant or not, and all outputs must have the main input's scale and zero point. */
  sameQuantization(): void {
    if (this.form !== 'int8') return;
    const from = this.input.quantization!;
    for (const tensor of [...this.tensorsOf(this.op.inputs), ...this.tensorsOf(this.op.outputs)]) {
      if (tensor.dtype === 'int8') this.expectQuantization(tensor, from);
    }
  }

  private expectQuantization({ name, quantization: to }: Tensor, from: NonNullable<Tensor['quantization']>): void {
    this.expect(
      to?.scale.length === 1 &&
        Math.abs(from.scale[0]! - to.scale[0]!) <= SCALE_TOLERANCE &&
        from.zeroPoint[0] === to.zeroPoint[0],
      () =>
        `has ${printQuantization(from)} in and ${to ? printQuantization(to) : 'none'} in ${quoted(name)}, and they have to be equal`,
    );
  }

  /** The int8 output's scale and zero point, where TFLite's specification fixes them. */
  fixedOutput(rule: { scale: number; zeroPoint: number }): void {
    if (this.form !== 'int8') return;
    const { scale, zeroPoint } = this.output.quantization!;
    this.expect(
      scale[0] === rule.scale && zeroPoint[0] === rule.zeroPoint,
      () =>
        `has an output of scale ${scale[0]} zero point ${zeroPoint[0]}, and they have to be 1/${1 / rule.scale} and ${rule.zeroPoint}`,
    );
  }

  private checkActivations(output: Form): void {
    for (const tensor of this.tensorsOf(this.op.inputs)) {
      if (!tensor.data && !tensor.isVariable) this.perTensor(tensor, 'input', this.form);
    }
    for (const tensor of this.tensorsOf(this.op.outputs)) {
      this.perTensor(tensor, 'output', output);
      this.expect(!tensor.data && !tensor.isVariable, () => 'its output is a constant or a variable');
    }
  }

  private tensorsOf(indices: readonly number[]): Tensor[] {
    return indices.filter((index) => index >= 0).map((index) => this.graph.tensors[index]!);
  }

  /** Of the dtype, and in int8 per tensor with a zero point in the int8 range. */
  private perTensor(tensor: Tensor, role: string, dtype: Form): void {
    this.expect(tensor.dtype === dtype, () => `its ${role} is ${printType(tensor)}, and has to be ${dtype}`);
    if (dtype !== 'int8') return;
    const q = tensor.quantization;
    if (!q || q.scale.length !== 1) throw this.error(`its ${role} is int8 without one scale and one zero point`);
    const [zeroPoint] = q.zeroPoint;
    this.expect(zeroPoint! >= -128 && zeroPoint! <= 127, () => `its ${role} has zero point ${zeroPoint}, outside int8`);
  }
}
