// The constants of a layer's output channels as the C kernels take them: biases with the input's zero point in them, scales.
import type { CArgument, CArray, CFields, Core } from '../codegen/kernel_call.js';
import type { Graph } from '../graph/graph.js';
import { biasArgument } from './c_operands.js';
import { doubled, withoutZero } from './c_scale.js';
import { operandIndices, type WeightedOp } from './operands.js';
import { requantization, type Requantization } from './requantize.js';

/** The largest |w (x − zero point)|. */
const LARGEST_PRODUCT = 128 * 255;
/** tk_scale_high_small() takes sums below it. */
const SMALL_SUM = 2 ** 30;

/** tk_output, with the arrays that go with it and the arguments for them: bias (or none), multiplier, shift. */
export interface ChannelParts {
  output: CFields;
  arrays: CArray[];
  arguments: CArgument[];
}

/** What the weights and their layout add to the sums of a layer whose kernel multiplies the input as it is stored. */
export interface FoldedSums {
  /** Σ of each channel's weights: what each unit of the input's zero point adds. */
  weights: Int32Array;
  /** What the layout adds to each channel's sum. */
  layout?: Int32Array | undefined;
}

/** Constants that a sum has too much go into the bias. A bias that is zero throughout takes no bytes. */
export function channelParts(
  op: WeightedOp,
  graph: Graph,
  core: Core,
  channels: number,
  folded?: FoldedSums,
): ChannelParts {
  const r = requantization(op, graph, channels);
  const { weights, bias } = operandIndices(op);
  const own = graph.tensors[bias]?.data as Int32Array | undefined;
  const biases = Int32Array.from({ length: channels }, (_, c) => {
    const constant = folded ? Math.imul(r.inputOffset, folded.weights[c]!) - (folded.layout?.[c] ?? 0) : 0;
    return (own?.[c] ?? 0) + constant;
  });
  const depth = graph.tensors[weights]!.data!.length / channels;
  const small = biases.every((_, c) => Math.abs(own?.[c] ?? 0) + depth * LARGEST_PRODUCT < SMALL_SUM);
  const hasBias = biases.some((value) => value !== 0);
  const distinct = graph.tensors[weights]!.quantization!.scale.length === 1 ? 1 : channels;
  const { multipliers, shifts } = scalesOf(r, distinct);
  const rightOnly = shifts.every((shift) => shift <= -1);
  return {
    output: {
      ...{ zero_point: r.outputOffset, min: r.min, max: r.max },
      ...{ step: distinct > 1 ? 1 : 0, right_only: small && rightOnly ? 1 : 0 },
    },
    arrays: [
      ...(hasBias ? [{ name: 'bias', type: 'int32_t', values: biases } as const] : []),
      ...(core === 'mve' ? vectorScales : scalarScales)(multipliers, shifts),
    ],
    arguments: [biasArgument(hasBias), { array: 'multiplier' }, { array: 'shift' }],
  };
}

function scalesOf(
  { multipliers, shifts }: Requantization,
  distinct: number,
): Pick<Requantization, 'multipliers' | 'shifts'> {
  const scales = Array.from({ length: distinct }, (_, c) =>
    withoutZero({ multiplier: multipliers[c]!, shift: shifts[c]! }),
  );
  return {
    multipliers: Int32Array.from(scales, ({ multiplier }) => multiplier),
    shifts: Int32Array.from(scales, ({ shift }) => shift),
  };
}

/** As tk_output.h has them. */
function scalarScales(multipliers: Int32Array, shifts: Int32Array): CArray[] {
  return vectorScales(
    multipliers.map(doubled),
    shifts.map((shift) => -shift),
  );
}

/** As tk_output_mve.h has them. */
function vectorScales(multipliers: Int32Array, shifts: Int32Array): CArray[] {
  return [
    { name: 'multiplier', type: 'int32_t', values: multipliers },
    { name: 'shift', type: 'int8_t', values: shifts },
  ];
}
