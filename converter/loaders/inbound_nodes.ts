// By which tensors a layer of a functional model is called: Keras 2 writes lists, Keras 3 objects.
import { z } from 'zod';
import { KilnError } from '../../base/errors.js';
import { quoted } from '../graph/print.js';
import { shown, type KerasLayer } from './model_json.js';

/** An output of a layer's call. */
export interface TensorName {
  layer: string;
  /** Which call of the layer. */
  node: number;
  tensor: number;
}

const MAX_INPUTS = 64;

const name = z.string().max(200);
const index = z.number().int().nonnegative();

/** Keras 2: [layer, node, tensor, keyword arguments]. */
const listed = z.tuple([name, index, index]).rest(z.unknown());
/** Keras 3: an object whose history is [layer, node, tensor]. */
const keras3 = z.object({
  class_name: z.literal('__keras_tensor__'),
  config: z.looseObject({ keras_history: z.tuple([name, index, index]) }),
});

/** One entry for each call of the layer: its inputs. @throws KilnError `model-json` */
export function inboundNodes({ config, inbound_nodes = [] }: KerasLayer, model: string): TensorName[][] {
  return inbound_nodes.map((node) => {
    const tensors = Array.isArray(node) ? fromLists(node) : fromObjects(node);
    if (tensors && tensors.length <= MAX_INPUTS) return tensors;
    const where = `${model}, layer ${quoted(config.name ?? '')}`;
    const what = `has an inbound node that cannot be read: ${shown(node)}`;
    throw new KilnError('model-json', { where, what, todo: 'Save the model again.' });
  });
}

function fromLists(node: unknown[]): TensorName[] | undefined {
  const parsed = z.union([z.array(listed), listed.transform((one) => [one])]).safeParse(node);
  return parsed.data?.map(toName);
}

function fromObjects(node: unknown): TensorName[] | undefined {
  const parsed = z.object({ args: z.array(z.unknown()).max(MAX_INPUTS) }).safeParse(node);
  if (!parsed.success) return undefined;
  const tensors = parsed.data.args.flat(2).map((argument) => keras3.safeParse(argument));
  return tensors.flatMap(({ data }) => (data ? [toName(data.config.keras_history)] : []));
}

function toName([layer, node, tensor]: readonly [string, number, number, ...unknown[]]): TensorName {
  return { layer, node, tensor };
}
