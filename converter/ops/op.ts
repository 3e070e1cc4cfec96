// What the converter has to know of an op. One file per opcode implements it; table.ts lists them.
import type { KernelCall } from '../codegen/kernel_call.js';
import type { Graph, Op, Opcode, TypedData } from '../graph/graph.js';

/** The values of every tensor while a graph runs, by tensor index: constants and activations alike. */
export type Values = readonly TypedData[];

/** A kernel with its constants computed: each call reads and writes `Values` and allocates nothing. */
export type Kernel = () => void;

/**
 * How the int8 output gets its scale: from calibration, from the op's first input, or fixed by TFLite's int8
 * specification (https://ai.google.dev/edge/litert/conversion/tensorflow/quantization/quantization_spec).
 */
export type OutputRule = 'calibrated' | 'same-as-input' | { scale: number; zeroPoint: number };

/** How a constant input is quantized: weights per channel on an axis or per tensor, int32 bias, or left alone. */
export type ConstantRule = { role: 'weights'; axis: number | null } | { role: 'bias' } | { role: 'none' };

export interface OpDefinition<K extends Opcode> {
  readonly opcode: K;
  /**
   * Checks ranks, dtypes, options and quantization, in a graph that `verifyStructure` accepts; the caller compares the
   * output's shape with `outputShape`. @throws KilnError that names the layer
   */
  verify(op: Op<K>, graph: Graph): void;
  outputShape(op: Op<K>, graph: Graph): number[];
  /** Multiply-accumulates of one inference. */
  macs(op: Op<K>, graph: Graph): number;
  readonly output: OutputRule;
  /** By input index; what is not listed is an activation. */
  readonly constants: Readonly<Record<number, ConstantRule>>;
  /** float32 reference. */
  float32(op: Op<K>, graph: Graph, values: Values): Kernel;
  /** TFLite Micro's reference arithmetic (gemmlowp double rounding), byte for byte; null where there is no int8 form. */
  int8: ((op: Op<K>, graph: Graph, values: Values) => Kernel) | null;
  /** The call of the C kernel; undefined where the output is the input. */
  emit: ((op: Op<K>, graph: Graph) => KernelCall | undefined) | null;
}
