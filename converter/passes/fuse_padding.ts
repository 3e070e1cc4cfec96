// PAD → the explicit padding of the convolution behind it: before C is generated, as no .tflite holds such a layer.
import type { ExplicitPadding, Graph, Op } from '../graph/graph.js';
import { merge, rewrite, soleProducer } from './rewrite.js';

type Convolution = Op<'CONV_2D'> | Op<'DEPTHWISE_CONV_2D'>;
type Pad = Op<'PAD'> | Op<'PADV2'>;

/**
 * Every byte of what is left stays as it was: real zeros around the input add nothing to a sum, wherever they are.
 * A PAD stays where it pads batches or channels, where others read its output, or where a scale differs.
 */
export function fusePadding(graph: Graph): Graph {
  return rewrite(graph, (draft) => {
    for (const op of graph.ops) {
      if (!isConvolution(op) || op.options.padding !== 'VALID') continue;
      const pad = soleProducer(draft, op.inputs[0]!, op);
      if (!pad || !isPad(pad) || !keepsQuantization(pad, graph) || !padsWithZero(pad, graph)) continue;
      const padding = paddingOf(pad, graph);
      if (padding) merge(draft, pad, op, withPadding(op, pad.inputs[0]!, padding));
    }
  });
}

function isConvolution(op: Op): op is Convolution {
  return op.opcode === 'CONV_2D' || op.opcode === 'DEPTHWISE_CONV_2D';
}

function isPad(op: Op): op is Pad {
  return op.opcode === 'PAD' || op.opcode === 'PADV2';
}

/** An op takes equal scales up to a tolerance; the convolution's multipliers must not change at all. */
function keepsQuantization({ inputs, outputs }: Pad, { tensors }: Graph): boolean {
  const [from, to] = [tensors[inputs[0]!]!.quantization, tensors[outputs[0]!]!.quantization];
  return from?.scale[0] === to?.scale[0] && from?.zeroPoint[0] === to?.zeroPoint[0];
}

function padsWithZero({ opcode, inputs }: Pad, { tensors }: Graph): boolean {
  if (opcode === 'PAD') return true;
  const zero = tensors[inputs[0]!]!.quantization?.zeroPoint[0] ?? 0;
  return tensors[inputs[2]!]!.data![0] === zero;
}

/** Undefined where batches or channels are padded too. */
function paddingOf({ inputs }: Pad, { tensors }: Graph): ExplicitPadding | undefined {
  const [first, last, top, bottom, left, right, ...channels] = Array.from(tensors[inputs[1]!]!.data as Int32Array);
  const others = [first, last, ...channels];
  return others.every((n) => n === 0) ? { top: top!, bottom: bottom!, left: left!, right: right! } : undefined;
}

function withPadding(op: Convolution, input: number, padding: ExplicitPadding): Op {
  return { ...op, inputs: [input, ...op.inputs.slice(1)], options: { ...op.options, padding } } as Op;
}
