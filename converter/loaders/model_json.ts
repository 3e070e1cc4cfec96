// The parts of a tfjs layers model's model.json that a graph needs, checked; what is unknown is left out.
import { z } from 'zod';
import { KilnError } from '../../base/errors.js';

/** Far above any model for a microcontroller; they bound the work on a hostile file. */
const MAX_LAYERS = 1000;
const MAX_GROUPS = 100;
const MAX_FILES = 100;
const MAX_WEIGHTS = 10_000;
const MAX_TENSORS = 64;
const SHOWN_LENGTH = 60;

const name = z.string().max(200);

const layerSchema = z.object({
  class_name: z.string().regex(/^\w{1,100}$/),
  config: z.looseObject({ name: name.optional() }),
  /** Of a functional model: by which tensors the layer is called, once or more. */
  inbound_nodes: z.array(z.unknown()).max(MAX_LAYERS).optional(),
});

const layersSchema = z.array(layerSchema).min(1).max(MAX_LAYERS);

/** [layer, node, tensor], each as Keras writes it; a single one may stand without the list around it. */
const endSchema = z.tuple([name, z.number().int().nonnegative(), z.number().int().nonnegative()]);
const endsSchema = z.union([endSchema.transform((end) => [end]), z.array(endSchema).min(1).max(MAX_TENSORS)]);

const networkSchema = z.object({
  class_name: z.string(),
  config: z.union([
    layersSchema.transform((layers) => ({ layers, input_layers: undefined, output_layers: undefined })),
    z.object({ layers: layersSchema, input_layers: endsSchema.optional(), output_layers: endsSchema.optional() }),
  ]),
});

const weightSchema = z.object({
  name,
  shape: z.array(z.number().int().nonnegative()).max(8),
  dtype: z.string(),
  quantization: z.unknown().optional(),
});

const manifestSchema = z
  .array(z.object({ paths: z.array(z.string()).max(MAX_FILES), weights: z.array(weightSchema) }))
  .max(MAX_GROUPS)
  .refine(
    (groups) => groups.flatMap(({ weights }) => weights).length <= MAX_WEIGHTS,
    `more than ${MAX_WEIGHTS} weights`,
  );

const modelSchema = z.object({
  format: z.literal('layers-model').nullish(),
  modelTopology: z.union([networkSchema, z.object({ model_config: networkSchema })]),
  weightsManifest: manifestSchema,
});

export type KerasLayer = z.output<typeof layerSchema>;
export type KerasNetwork = z.output<typeof networkSchema>;
export type WeightsManifest = z.output<typeof manifestSchema>;

export interface LayersModel {
  network: KerasNetwork;
  manifest: WeightsManifest;
}

/** @throws KilnError `model-json` that names the key */
export function parseLayersModel(json: unknown, name: string): LayersModel {
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) throw misfit(parsed.error, name);
  const { modelTopology, weightsManifest } = parsed.data;
  const network = 'model_config' in modelTopology ? modelTopology.model_config : modelTopology;
  return { network, manifest: weightsManifest };
}

/** A model that is a layer of another, or undefined where the layer is none. @throws KilnError `model-json` */
export function nestedNetwork(layer: KerasLayer, where: string): KerasNetwork | undefined {
  if (!NETWORKS.has(layer.class_name)) return undefined;
  const parsed = networkSchema.safeParse(layer);
  if (!parsed.success) throw misfit(parsed.error, where);
  return parsed.data;
}

/** Classes of models. */
export const NETWORKS: ReadonlySet<string> = new Set(['Sequential', 'Functional', 'Model']);

/** A union says only that nothing fits: the alternative that came farthest says why. */
function misfit({ issues }: z.ZodError, name: string): KilnError {
  let { path, message } = issues[0]!;
  for (let issue = issues[0]; issue?.code === 'invalid_union';) {
    const nearest = issue.errors.map(([first]) => first!).reduce((a, b) => (b.path.length > a.path.length ? b : a));
    path = [...path, ...nearest.path];
    message = nearest.message;
    issue = nearest;
  }
  const where = `${name}: ${path.join('.') || 'the top level'}`;
  return new KilnError('model-json', { where, what: message, todo: 'Give the model.json of a tfjs layers model.' });
}

/**
 * The names of the weights' files, beside model.json, in the order in which they are joined.
 * @throws KilnError `model-json` where one lies elsewhere or is listed twice
 */
export function weightFiles(json: unknown, name: string): string[] {
  const paths = parseLayersModel(json, name).manifest.flatMap(({ paths }) => paths);
  const wrong = paths.find((path, i) => !/^[\w-][\w.-]*$/.test(path) || paths.indexOf(path) !== i);
  if (wrong === undefined) return paths;
  const what = `lists ${shown(wrong)} as a file of weights, and each has to lie beside model.json and be listed once`;
  throw new KilnError('model-json', { where: name, what, todo: 'Save the model again, and keep its files together.' });
}

/** A value from a file as a message shows it; objects may be nested too deep to be written out. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return value.some((item) => typeof item === 'object') ? 'a list' : cut(value);
  return typeof value === 'object' && value !== null ? 'an object' : cut(value);
}

function cut(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
