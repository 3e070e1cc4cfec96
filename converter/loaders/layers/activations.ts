// Activations: as layers, and as what a layer carries in its config.
import { z } from 'zod';
import type { LayerContext } from '../layer_context.js';

/** Keras' activations by their names. */
const ACTIVATIONS: Readonly<Record<string, (context: LayerContext, part: string) => void>> = {
  linear: () => {},
  relu: (context, part) => context.append('RELU', {}, [], part),
  relu6: (context, part) => context.append('RELU6', {}, [], part),
  softmax: (context, part) => context.append('SOFTMAX', { beta: 1 }, [], part),
  log_softmax: (context, part) => context.append('LOG_SOFTMAX', {}, [], part),
  sigmoid: (context, part) => context.append('LOGISTIC', {}, [], part),
  tanh: (context, part) => context.append('TANH', {}, [], part),
  hard_silu: (context, part) => context.append('HARD_SWISH', {}, [], part),
  hard_swish: (context, part) => context.append('HARD_SWISH', {}, [], part),
  silu: swish,
  swish,
  leaky_relu: (context, part) => context.append('LEAKY_RELU', { alpha: 0.2 }, [], part),
};

/** x × sigmoid(x) */
function swish(context: LayerContext, part: string): void {
  const x = context.current;
  context.append('LOGISTIC', {}, [], part ? `${part}/sigmoid` : 'sigmoid');
  context.append('MUL', { activation: 'NONE' }, [x], part);
}

/** The activation that a layer carries in its config. @param part behind the layer's name */
export function activate(context: LayerContext, part = 'activation'): void {
  const { layer } = context;
  const kind = layer.read('activation', z.string(), 'linear');
  const name = kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const append = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (append) return append(context, part);
  throw layer.unsupported(
    `has the activation ${kind}, and the activations are ${Object.keys(ACTIVATIONS).join(', ')}`,
    kind === 'hard_sigmoid' || kind === 'hardSigmoid' ? 'Use sigmoid in its place.' : undefined,
  );
}

export function activationLayer(context: LayerContext): void {
  activate(context, '');
}

export function relu(context: LayerContext): void {
  const { layer } = context;
  layer.expect('threshold', 0);
  const max = layer.read('max_value', z.number().nullable(), null);
  const alpha = layer.read('negative_slope', z.number(), 0);
  if (max !== null && max !== 6) throw layer.unsupported(`has max_value ${max}, and only 6 or none works`);
  if (max !== null && alpha !== 0) throw layer.unsupported('has a negative slope and a max_value');
  if (max === 6) context.append('RELU6', {});
  else if (alpha !== 0) context.append('LEAKY_RELU', { alpha });
  else context.append('RELU', {});
}

export function leakyRelu(context: LayerContext): void {
  const { layer } = context;
  const alpha = layer.read('negative_slope', z.number().optional()) ?? layer.read('alpha', z.number(), 0.3);
  context.append('LEAKY_RELU', { alpha });
}

export function prelu(context: LayerContext): void {
  const axes = context.layer.read('shared_axes', z.array(z.number().int().positive()).max(6).nullable(), null) ?? [];
  const shape = context.shape.slice(1).map((n, i) => (axes.includes(i + 1) ? 1 : n));
  context.append('PRELU', {}, [context.constant('alpha', shape, context.weight('alpha', shape))]);
}

export function softmax(context: LayerContext): void {
  expectLastAxis(context);
  context.append('SOFTMAX', { beta: 1 });
}

export function expectLastAxis({ layer, shape }: LayerContext): void {
  const one = z.number().int();
  const axis = layer.read('axis', z.union([one, z.tuple([one]).transform(([n]) => n)]), -1);
  if (axis !== -1 && axis !== shape.length - 1) throw layer.unsupported(`has axis ${axis}, and only the last works`);
}
