// REDUCE_MAX: the largest along the axes; int8 compares the stored values.
import { throughTensors } from './c_operands.js';
import type { OpDefinition } from './op.js';
import { REDUCE_DEFINITION, reduceAll, reduceCheck, reductionOf, reductionParts } from './reduce.js';

const identity = (x: number) => x;

export const reduceMax: OpDefinition<'REDUCE_MAX'> = {
  opcode: 'REDUCE_MAX',
  ...REDUCE_DEFINITION,
  verify(op, graph) {
    const check = reduceCheck(op, graph);
    check.sameQuantization();
    // TFLite Micro allows no tolerance here.
    const [from, to] = [check.input.quantization?.scale[0], check.output.quantization?.scale[0]];
    const same = check.form === 'float32' || from === to;
    check.expect(same, () => `has scale ${from} in and ${to} out, and they have to be the same to the last bit`);
  },
  output: 'same-as-input',
  float32: (op, graph, values) => reduceAll(op, graph, values, { start: -Infinity, next: Math.max, finish: identity }),
  int8: (op, graph, values) => reduceAll(op, graph, values, { start: -128, next: Math.max, finish: identity }),
  emit(op, graph) {
    const { reduction, arrays } = reductionParts(reductionOf(op, graph));
    return [{ kernel: 'tk_reduce_max_s8', params: { reduction }, arrays, arguments: throughTensors(op) }];
  },
};
