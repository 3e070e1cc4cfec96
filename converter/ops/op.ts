// What the converter has to know of an op. One file per opcode implements it; table.ts lists them.
import type { Core, KernelCall } from '../codegen/kernel_call.js';
import type { Graph, Op, Opcode, Tensor, TypedData } from '../graph/graph.js';
import type { Overlap } from '../memory/plan.js';
import type { ValueRange } from '../quantization/scales.js';

/** The values of every tensor while a graph runs, by tensor index: constants and activations alike. */
export type Values = readonly TypedData[];

/** A kernel with its constants computed: each call reads and writes `Values` and allocates nothing. */
export type Kernel = () => void;

/**
 * How the int8 outputs get their scale: from calibration, the same as all of the op's activations (where they differ,
 * the quantizer unites their ranges or puts a QUANTIZE between), or fixed by TFLite's int8 specification
 * (https://ai.google.dev/edge/litert/conversion/tensorflow/quantization/quantization_spec).
 */
export type OutputRule = 'calibrated' | 'same-as-input' | { scale: number; zeroPoint: number };

/**
 * How an input is quantized where it is constant: weights symmetric, per channel on an axis or per tensor; int32 bias
 * in units of input × weights; an operand per tensor and asymmetric, by its own range; a value with the scale and zero
 * point of the op's activations; or left alone (shapes, axes).
 */
export type ConstantRule =
  | { role: 'weights'; axis: number | null }
  | { role: 'bias' }
  | { role: 'operand' }
  | { role: 'value' }
  | { role: 'none' };

/** Told each time a state tensor has a new value: an op that runs through a sequence changes it many times in one inference. */
export type Observe = (tensor: number) => void;

/** What `quantizeOp` works with. */
export interface QuantizationContext {
  /** float32, as it was calibrated. */
  readonly graph: Graph;
  /** As they are by now: the op's activations are int8. State is replaced in its place; new tensors come at the end. */
  readonly tensors: Tensor[];
  /** The range of a state tensor, as `Observe` was told of it. */
  rangeOf(tensor: number): ValueRange;
  /** Puts a quantized constant where its float form was, or behind where another op needs that too. @returns its index */
  place(index: number, constant: Tensor): number;
}

export interface OpDefinition<K extends Opcode> {
  readonly opcode: K;
  /**
   * Checks ranks, dtypes, options and quantization, in a graph that `verifyStructure` accepts; the caller compares the
   * outputs' shapes with `outputShapes`. @throws KilnError that names the layer
   */
  verify(op: Op<K>, graph: Graph): void;
  /** One shape for each output; called once `verify` has accepted the op. */
  outputShapes(op: Op<K>, graph: Graph): number[][];
  /** Multiply-accumulates of one inference. */
  macs(op: Op<K>, graph: Graph): number;
  readonly output: OutputRule;
  /** Where the int8 form limits how fine a calibrated output may be: the least scale beside the inputs, as they are quantized. */
  leastOutputScale?(op: Op<K>, tensors: readonly Tensor[]): number;
  /** By input index; an input that is not listed, or is not constant, is an activation. */
  readonly constants: Readonly<Record<number, ConstantRule>>;
  /** Quantizes the constants and the state of an op that has state, where the rules of `constants` do not reach. */
  quantizeOp?(op: Op<K>, context: QuantizationContext): Pick<Op, 'inputs' | 'intermediates'>;
  /** How int8 outputs may share bytes with inputs that are read for the last time: as the C kernel goes through both. */
  overlaps?(op: Op<K>, graph: Graph): Overlap[];
  /** Whether the output is the input under another shape, in the same bytes. */
  readonly isAlias?: true;
  /** float32 reference; null where there is no float32 form. */
  float32: ((op: Op<K>, graph: Graph, values: Values, observe?: Observe) => Kernel) | null;
  /** TFLite Micro's reference arithmetic (gemmlowp double rounding), byte for byte; null where there is no int8 form. */
  int8: ((op: Op<K>, graph: Graph, values: Values) => Kernel) | null;
  /** The calls of C kernels, in order; none where the output is the input. */
  emit: ((op: Op<K>, graph: Graph, core: Core) => readonly KernelCall[]) | null;
}
