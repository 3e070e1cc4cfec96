// RELU and RELU6 → the fused activation of the op before them.
import type { Activation, Graph, Op, Opcode } from '../graph/graph.js';
import { merge, rewrite, soleProducer } from './rewrite.js';

type Clamp = Op<'RELU'> | Op<'RELU6'>;
type Fusing = Op & { options: { activation: Activation } };

/**
 * They have the option, and TFLite Micro's int8 kernels refuse it or pass over it; TRANSPOSE_CONV's came late, and older
 * runtimes pass over it.
 */
const NEVER_FUSING: ReadonlySet<Opcode> = new Set(['CONCATENATION', 'SVDF', 'TRANSPOSE_CONV']);

/** An activation whose producer has one already, or is read by others, stays an op of its own. */
export function fuseActivations(graph: Graph): Graph {
  return rewrite(graph, (draft) => {
    for (const op of graph.ops) {
      if (!isClamp(op)) continue;
      const producer = soleProducer(draft, op.inputs[0]!, op);
      if (producer && takesActivation(producer)) merge(draft, producer, op, withActivation(producer, op));
    }
  });
}

function isClamp(op: Op): op is Clamp {
  return op.opcode === 'RELU' || op.opcode === 'RELU6';
}

function takesActivation(op: Op): op is Fusing {
  return !NEVER_FUSING.has(op.opcode) && 'activation' in op.options && op.options.activation === 'NONE';
}

function withActivation(producer: Fusing, { opcode, outputs }: Clamp): Op {
  return { ...producer, outputs, options: { ...producer.options, activation: opcode } } as Op;
}
