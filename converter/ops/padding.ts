// What PAD and PADV2 share: the input within a border of one value.
// Source: tensorflow/lite/micro/kernels/pad_common.cc, kernels/internal/reference/pad.h.
import { elements, type Graph, type Op } from '../graph/graph.js';
import { copyLoops, placeIn, type BoxCopy } from './box_copy.js';
import { throughTensors } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import { eachRow, loopsArray, loopsFields, type Loop } from './loops.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { copyOverlaps } from './overlap.js';
import { checkRankUpTo, placesOf } from './places.js';

export type PadOpcode = 'PAD' | 'PADV2';
export type PadOp = Op<PadOpcode>;

/** TFLite Micro's limit. */
const MAX_RANK = 5;

/** What one op adds to this file. */
export interface PadParts {
  inputs: number;
  constants: OpDefinition<PadOpcode>['constants'];
  /** Checks that go beyond the paddings. */
  verify?: (check: LayerCheck) => void;
  /** The border's value, of an op that is checked. */
  value(op: PadOp, graph: Graph): number;
}

export function padDefinition({ inputs, constants, verify, value }: PadParts): Omit<OpDefinition<PadOpcode>, 'opcode'> {
  const padded = (op: PadOp, graph: Graph) => paddedOf(new LayerCheck(op, graph, { least: inputs }), op);
  const kernel = (op: PadOp, graph: Graph, values: Values) => pad(padded(op, graph).copy, value(op, graph), values);
  return {
    verify(op, graph) {
      const check = new LayerCheck(op, graph, { least: inputs });
      verify?.(check);
      paddedOf(check, op);
      check.sameQuantization();
    },
    outputShapes: (op, graph) => [padded(op, graph).shape],
    macs: () => 0,
    output: 'same-as-input',
    constants,
    float32: kernel,
    int8: kernel,
    overlaps: (op, graph) => copyOverlaps([padded(op, graph).copy]),
    emit(op, graph) {
      const { shape, copy } = padded(op, graph);
      const loops = runLoops(copy);
      const [start, count] = [copy.to.start, elements(shape)];
      return [
        {
          kernel: 'tk_pad_s8',
          params: { loops: loopsFields('loops', loops), start, count, value: value(op, graph) },
          arrays: [loopsArray('loops', loops)],
          arguments: throughTensors(op),
        },
      ];
    },
  };
}

interface Padded {
  shape: number[];
  /** Of the input to its place in the output. */
  copy: BoxCopy;
}

function paddedOf(check: LayerCheck, op: PadOp): Padded {
  checkRankUpTo(check, MAX_RANK);
  const { shape: sizes } = check.input;
  const paddings = placesOf(check, 1, 'paddings', 2 * sizes.length, { rank: 2 });
  check.expect(
    paddings.every((n) => n >= 0),
    () => `has the paddings [${paddings}], and they have to be 0 or more`,
  );
  const shape = sizes.map((n, i) => paddings[2 * i]! + n + paddings[2 * i + 1]!);
  const starts = sizes.map((_, i) => paddings[2 * i]!);
  const [from, to] = [placeIn(op.inputs[0]!, sizes), placeIn(op.outputs[0]!, shape, starts)];
  return { shape, copy: { sizes, from, to } };
}

/** Loops of which the innermost is a run: one element or more that lie together in the output. */
function runLoops(copy: BoxCopy): Loop[] {
  const loops = copyLoops(copy);
  return loops.at(-1)!.b === 1 ? loops : [...loops, { size: 1, a: 1, b: 1 }];
}

/** Writes the output from its begin to its end: what is before each run, the run, and what is behind the last. */
function pad(copy: BoxCopy, value: number, values: Values): Kernel {
  const input = values[copy.from.tensor] as Int8Array | Float32Array;
  const output = values[copy.to.tensor] as Int8Array | Float32Array;
  const loops = runLoops(copy);
  const run = loops.at(-1)!.size;
  let written = 0;
  const copyRuns = eachRow(loops, (a, b) => {
    const start = copy.to.start + b;
    output.fill(value, written, start);
    for (let i = 0; i < run; i++) output[start + i] = input[a + i]!;
    written = start + run;
  });
  return () => {
    written = 0;
    copyRuns();
    output.fill(value, written);
  };
}
