// Layers with several inputs.
import { z } from 'zod';
import type { LayerContext } from '../layer_context.js';

type Arithmetic = 'ADD' | 'SUB' | 'MUL';

function expectInputs({ layer, inputs }: LayerContext, least: number, most = Infinity): void {
  if (inputs.length >= least && inputs.length <= most) return;
  throw layer.invalid(`has ${inputs.length} inputs, and takes ${least === most ? least : `${least} or more`}`);
}

/** One op for each input after the first; Keras adds dimensions in front of an input of fewer. */
function fold(context: LayerContext, append: (other: number, part: string) => void): void {
  const others = context.inputs.slice(1);
  others.forEach((other, i) => append(other, i === others.length - 1 ? '' : `${i + 1}`));
}

export function arithmetic(opcode: Arithmetic, most = Infinity): (context: LayerContext) => void {
  return (context) => {
    expectInputs(context, 2, most);
    fold(context, (other, part) => context.append(opcode, { activation: 'NONE' }, [other], part));
  };
}

export function extremum(opcode: 'MAXIMUM' | 'MINIMUM'): (context: LayerContext) => void {
  return (context) => {
    expectInputs(context, 2);
    fold(context, (other, part) => context.append(opcode, {}, [other], part));
  };
}

export function average(context: LayerContext): void {
  expectInputs(context, 2);
  context.inputs.slice(1).forEach((other, i) => context.append('ADD', { activation: 'NONE' }, [other], `sum_${i + 1}`));
  context.append('MUL', { activation: 'NONE' }, [context.constant('share', [1], [1 / context.inputs.length])]);
}

export function concatenate(context: LayerContext): void {
  expectInputs(context, 2);
  const rank = context.shape.length;
  const axis = context.layer.read(
    'axis',
    z
      .number()
      .int()
      .min(-rank)
      .max(rank - 1),
    -1,
  );
  context.append('CONCATENATION', { axis: axis < 0 ? axis + rank : axis, activation: 'NONE' }, context.inputs.slice(1));
}
