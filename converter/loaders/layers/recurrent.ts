// LSTM. Its state lives from one inference to the next, as on a device that gets one piece of a sequence after the other.
import { z } from 'zod';
import { GATES, lstmInputs } from '../../ops/lstm_inputs.js';
import type { LayerContext } from '../layer_context.js';
import { outputsFirst, whole } from './options.js';

/** Keras' gates are in TFLite's order: input, forget, cell, output. */
export function lstm(context: LayerContext): void {
  const { layer } = context;
  expectStandard(context);
  const units = layer.read('units', whole);
  const [batch = 1, steps = 1, depth = 1] = context.shape;
  const inputWeights = gates(context, 'kernel', depth, units);
  const recurrentWeights = gates(context, 'recurrent_kernel', units, units);
  const bias = biases(context, units);
  const hidden = context.variable('hidden', [batch, units]);
  const cell = context.variable('cell', [batch, units]);
  const inputs = lstmInputs({ input: context.current, inputWeights, recurrentWeights, biases: bias, hidden, cell });
  const isWhole = layer.read('return_sequences', z.boolean(), false);
  context.appendOn(
    'UNIDIRECTIONAL_SEQUENCE_LSTM',
    { cellClip: 0, projClip: 0, timeMajor: false },
    inputs,
    isWhole ? '' : 'all',
  );
  if (isWhole) return;
  const [begin, size] = [context.integers('begin', [0, steps - 1, 0]), context.integers('size', [batch, 1, units])];
  context.append('SLICE', {}, [begin, size], 'last');
  context.reshape([batch, units]);
}

function expectStandard({ layer }: LayerContext): void {
  layer.expect('activation', 'tanh');
  layer.expect('recurrent_activation', 'sigmoid');
  for (const key of ['go_backwards', 'return_state', 'time_major']) {
    if (layer.read(key, z.boolean(), false)) throw layer.unsupported(`has ${key}`);
  }
}

const NAMES = (weight: string) => [weight, `lstm_cell/${weight}`, `cell/${weight}`];

/** [depth, 4 × units] → four of [units, depth] */
function gates(context: LayerContext, weight: string, depth: number, units: number): number[] {
  const all = outputsFirst(context.weight(NAMES(weight), [depth, GATES.length * units]), GATES.length * units);
  const size = units * depth;
  return GATES.map((gate, i) =>
    context.constant(`${weight}/${gate}`, [units, depth], all.subarray(i * size, (i + 1) * size)),
  );
}

function biases(context: LayerContext, units: number): number[] {
  const hasBias = context.layer.read('use_bias', z.boolean(), true);
  const all = hasBias ? context.weight(NAMES('bias'), [GATES.length * units]) : new Float32Array(GATES.length * units);
  return GATES.map((gate, i) => context.constant(`bias/${gate}`, [units], all.subarray(i * units, (i + 1) * units)));
}
