// The checks that several ops share, with errors that name the layer, the tensor's role, what is there and what is wanted.
import type { KilnError } from '../../base/errors.js';
import type { Graph, Op, Tensor } from '../graph/graph.js';
import { printQuantization, printType } from '../graph/print.js';
import { graphError, layerName } from '../graph/verify.js';

/** Whether an op computes in float32 or in int8: the dtype of its first input. */
export type Form = 'float32' | 'int8';

/** TFLite Micro's limit on the difference of two scales that must be equal. */
const SCALE_TOLERANCE = 1e-6;

export class LayerCheck {
  readonly form: Form;
  readonly input: Tensor;
  readonly output: Tensor;

  /** Checks that there are `least` to `most` inputs and one output, and that the first input and the output are activations. */
  constructor(
    private readonly op: Op,
    private readonly graph: Graph,
    { least, most = least, forms = ['float32', 'int8'] }: { least: number; most?: number; forms?: readonly Form[] },
  ) {
    if (op.inputs.length < least || op.inputs.length > most || op.outputs.length !== 1) {
      const wanted = least === most ? `${least}` : `${least} to ${most}`;
      throw this.error(`has ${op.inputs.length} inputs and ${op.outputs.length} outputs, and takes ${wanted} and 1`);
    }
    for (let i = 0; i < least; i++) if (op.inputs[i] === -1) throw this.error(`lacks its input ${i}`);
    this.input = graph.tensors[op.inputs[0]!]!;
    this.output = graph.tensors[op.outputs[0]!]!;
    const form = forms.find((f) => f === this.input.dtype);
    if (!form) throw this.error(`its input is ${printType(this.input)}, and it takes ${forms.join(' or ')}`);
    this.form = form;
    this.activation(this.input, 'input');
    this.activation(this.output, 'output');
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

  /** An int8 op's output must have its input's scale and zero point. */
  sameQuantization(): void {
    if (this.form !== 'int8') return;
    const [from, to] = [this.input.quantization!, this.output.quantization!];
    this.expect(
      Math.abs(from.scale[0]! - to.scale[0]!) <= SCALE_TOLERANCE && from.zeroPoint[0] === to.zeroPoint[0],
      () => `has ${printQuantization(from)} in and ${printQuantization(to)} out, and they have to be equal`,
    );
  }

  /** Per tensor, zero point in the int8 range; float activations have no quantization to check. */
  private activation(tensor: Tensor, role: string): void {
    this.expect(tensor.dtype === this.form, () => `its ${role} is ${printType(tensor)}, and has to be ${this.form}`);
    this.expect(tensor.data === undefined, () => `its ${role} is a constant`);
    if (this.form !== 'int8') return;
    const q = tensor.quantization;
    if (!q || q.scale.length !== 1) throw this.error(`its ${role} is int8 without one scale and one zero point`);
    const [zeroPoint] = q.zeroPoint;
    this.expect(zeroPoint! >= -128 && zeroPoint! <= 127, () => `its ${role} has zero point ${zeroPoint}, outside int8`);
  }
}
