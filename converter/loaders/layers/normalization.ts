// Layers that scale and shift: as they are trained, or as constants.
import { z } from 'zod';
import type { LayerContext } from '../layer_context.js';
import { expectLastAxis } from './activations.js';

export function batchNormalization(context: LayerContext): void {
  expectLastAxis(context);
  const { layer } = context;
  const channels = context.shape.at(-1)!;
  const mean = context.weight('moving_mean', [channels]);
  const variance = context.weight('moving_variance', [channels]);
  if (variance.some((value) => value < 0)) throw layer.invalid('has a negative moving_variance');
  const optional = (weight: string, there: boolean, otherwise: number) =>
    there ? context.weight(weight, [channels]) : new Float32Array(channels).fill(otherwise);
  const gamma = optional('gamma', layer.read('scale', z.boolean(), true), 1);
  const beta = optional('beta', layer.read('center', z.boolean(), true), 0);
  const epsilon = layer.read('epsilon', z.number().nonnegative(), 0.001);
  const parameters = Object.entries({ gamma, beta, moving_mean: mean, moving_variance: variance });
  const constants = parameters.map(([key, data]) => context.constant(key, [channels], data));
  context.append('BATCH_NORMALIZATION', { epsilon }, constants);
}

const numbers = z.union([z.number().transform((n) => [n]), z.array(z.number()).min(1).max(4096)]);

/** x × scale + offset */
export function rescaling(context: LayerContext): void {
  const scale = context.layer.read('scale', numbers);
  const offset = context.layer.read('offset', numbers, 0);
  affine(context, scale, offset);
}

/** (x − mean) / √variance, with statistics of the config or of the weights. */
export function normalization(context: LayerContext): void {
  const { layer } = context;
  const given = (key: string) => layer.read(key, numbers.nullable(), null);
  const channels = context.shape.at(-1)!;
  const mean = given('mean') ?? Array.from(context.weight('mean', [channels]));
  const variance = given('variance') ?? Array.from(context.weight('variance', [channels]));
  if (variance.length !== mean.length) throw layer.invalid(`has ${mean.length} means and ${variance.length} variances`);
  const deviations = variance.map((v) => Math.max(Math.sqrt(v), 1e-7));
  const scale = deviations.map((deviation) => 1 / deviation);
  affine(
    context,
    scale,
    mean.map((m, i) => -m * scale[i]!),
  );
}

function affine(context: LayerContext, scale: readonly number[], offset: readonly number[]): void {
  const isShifted = offset.some((n) => n !== 0);
  context.append(
    'MUL',
    { activation: 'NONE' },
    [context.constant('scale', [scale.length], scale)],
    isShifted ? 'scaled' : '',
  );
  if (isShifted) context.append('ADD', { activation: 'NONE' }, [context.constant('offset', [offset.length], offset)]);
}
