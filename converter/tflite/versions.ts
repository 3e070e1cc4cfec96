// Which version of an operator a file has to declare, and the first TensorFlow release that has it.
// Source: tensorflow/lite/tools/versioning/op_version.cc and runtime_version.cc.
import type { Graph, Op, Opcode } from '../graph/graph.js';

/** What a version depends on. */
interface Signature {
  int8: boolean;
  op: Op;
  /** Dimensions of the first input. */
  rank: number;
}

/** The rule for an op whose int8 form came second. */
const second = ({ int8 }: Signature): number => (int8 ? 2 : 1);
const first = (): number => 1;

const VERSIONS: Readonly<Partial<Record<Opcode, (signature: Signature) => number>>> = {
  CONV_2D: ({ int8 }) => (int8 ? 3 : 1),
  DEPTHWISE_CONV_2D: ({ int8, op }) => {
    const { dilationH, dilationW } = op.options as Op<'DEPTHWISE_CONV_2D'>['options'];
    if (int8) return 3;
    return dilationH === 1 && dilationW === 1 ? 1 : 2;
  },
  TRANSPOSE_CONV: ({ int8, op }) => {
    if ((op as Op<'TRANSPOSE_CONV'>).options.activation !== 'NONE') return 4;
    if ((op.inputs[3] ?? -1) !== -1) return 3;
    return int8 ? 2 : 1;
  },
  FULLY_CONNECTED: ({ int8, op }) => {
    if (op.inputs.length === 2) return 6;
    if ((op as Op<'FULLY_CONNECTED'>).options.keepNumDims) return 5;
    return int8 ? 4 : 1;
  },
  PAD: ({ int8, rank }) => (rank > 4 ? 4 : int8 ? 2 : 1),
  PADV2: ({ int8, rank }) => (rank > 4 ? 4 : int8 ? 2 : 1),
  TRANSPOSE: ({ int8, rank }) => (rank > 5 ? 6 : rank > 4 ? 4 : int8 ? 2 : 1),
  SLICE: ({ int8, rank }) => (rank > 4 ? 5 : int8 ? 2 : 1),
  STRIDED_SLICE: ({ int8, op, rank }) => {
    const { offset, ellipsisMask, newAxisMask } = (op as Op<'STRIDED_SLICE'>).options;
    if (offset) return 8;
    if (ellipsisMask !== 0 || newAxisMask !== 0) return 6;
    return rank > 4 ? 4 : int8 ? 2 : 1;
  },
  RESIZE_NEAREST_NEIGHBOR: ({ int8, op }) => {
    const { alignCorners, halfPixelCenters } = (op as Op<'RESIZE_NEAREST_NEIGHBOR'>).options;
    return alignCorners || halfPixelCenters ? 3 : int8 ? 2 : 1;
  },
  SVDF: ({ int8 }) => (int8 ? 3 : 1),
  RESHAPE: first,
  SQUEEZE: first,
  EXPAND_DIMS: first,
  LEAKY_RELU: first,
  PRELU: first,
  HARD_SWISH: first,
  QUANTIZE: first,
  UNIDIRECTIONAL_SEQUENCE_LSTM: first,
};

/** Releases after 1.14, the first with int8 ops, by op and version. */
const RELEASES: Readonly<Partial<Record<Opcode, Readonly<Record<number, string>>>>> = {
  TRANSPOSE_CONV: { 2: '2.2.0', 3: '2.3.0', 4: '2.10.0' },
  FULLY_CONNECTED: { 5: '2.0.0', 6: '2.1.0' },
  PAD: { 4: '2.6.0' },
  PADV2: { 4: '2.6.0' },
  SUM: { 2: '1.15.0' },
  TRANSPOSE: { 4: '2.3.0', 6: '2.12.0' },
  SLICE: { 5: '2.5.0' },
  STRIDED_SLICE: { 4: '2.2.0', 6: '2.6.0', 8: '2.14.0' },
  RESIZE_NEAREST_NEIGHBOR: { 3: '2.3.0' },
  RELU: { 2: '2.1.0' },
  HARD_SWISH: { 1: '1.15.0' },
  SVDF: { 3: '2.2.0' },
};

export function versionOf(op: Op, { tensors }: Graph): number {
  const inputs = op.inputs.map((index) => tensors[index]);
  // TFLite looks at the input's type; of an op with a shape or an axis before its input, at what that leads to.
  const int8 = inputs.some((tensor) => tensor?.dtype === 'int8' && !tensor.data);
  const rank = inputs[0]?.shape.length ?? 0;
  return (VERSIONS[op.opcode] ?? second)({ int8, op, rank });
}

/** The first TensorFlow release that runs all ops of a graph. */
export function runtimeVersion(graph: Graph): string {
  const releases = graph.ops.map((op) => RELEASES[op.opcode]?.[versionOf(op, graph)] ?? '1.14.0');
  return releases.reduce((latest, release) => (isLater(release, latest) ? release : latest), '1.14.0');
}

function isLater(a: string, b: string): boolean {
  const [x, y] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const differing = x.findIndex((part, i) => part !== y[i]);
  return differing >= 0 && x[differing]! > y[differing]!;
}
