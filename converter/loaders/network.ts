// Sequential and functional models, also one within the other: each layer called on the tensors that it is called on.
import { z } from 'zod';
import { KilnError } from '../../base/errors.js';
import { quoted } from '../graph/print.js';
import type { FloatGraph } from './float_graph.js';
import { inboundNodes, type TensorName } from './inbound_nodes.js';
import { loadLayer } from './keras_layers.js';
import { LayerContext } from './layer_context.js';
import { LayerReader } from './layer_reader.js';
import { nestedNetwork, NETWORKS, type KerasLayer, type KerasNetwork } from './model_json.js';
import type { Weights } from './weights.js';

/** Models within models. */
const MAX_DEPTH = 8;
/** Calls of layers, those of nested models counted each time. */
const MAX_CALLS = 4000;

const shapeSchema = z
  .array(
    z
      .number()
      .int()
      .positive()
      .max(2 ** 20),
  )
  .min(1)
  .max(6);

/** What one file's networks share. */
export interface Source {
  /** The file, for messages. */
  model: string;
  graph: FloatGraph;
  weights: Weights;
  /** Calls so far. */
  calls: number;
}

export interface Ends {
  inputs: number[];
  outputs: number[];
}

/** The ops of a whole model, on inputs of its own. @throws KilnError `model-json`, `layer-…`, `weights-invalid`, `graph-…` */
export function loadNetwork(network: KerasNetwork, source: Source): Ends {
  return new Network(network, source, '', 0).load(undefined);
}

class Network {
  private readonly layers: readonly KerasLayer[];

  constructor(
    private readonly network: KerasNetwork,
    private readonly source: Source,
    /** Names of the models around it, each with / behind. */
    private readonly prefix: string,
    private readonly depth: number,
  ) {
    this.layers = network.config.layers;
    if (!NETWORKS.has(network.class_name)) {
      const known = [...NETWORKS].join(', ');
      throw this.error(`is a model of the class ${quoted(network.class_name)}, and ${known} can be read`);
    }
    if (depth > MAX_DEPTH) throw this.error(`holds models within models, more than ${MAX_DEPTH} deep`);
    this.expectDistinct();
  }

  /** @param given the tensors that it is called on; left out, it gets inputs of its own */
  load(given: readonly number[] | undefined): Ends {
    return this.network.class_name === 'Sequential' ? this.sequential(given) : this.functional(given);
  }

  private sequential(given: readonly number[] | undefined): Ends {
    const input = given?.[0] ?? this.source.graph.input('input', this.inputShape(this.layers[0]));
    let current = input;
    for (const layer of this.layers) [current] = this.call(layer, [current]) as [number];
    return { inputs: [input], outputs: [current] };
  }

  private functional(given: readonly number[] | undefined): Ends {
    const inputs = this.inputTensors(given);
    const known = new Map<string, number[]>([...inputs].map(([layer, tensor]) => [`${layer} 0`, [tensor]]));
    const calls = this.layers
      .filter(({ config }) => !inputs.has(config.name ?? ''))
      .flatMap((layer) => inboundNodes(layer, this.where).map((from, node) => ({ layer, from, node })));
    this.callInOrder(this.numbered(calls), known);
    const outputs = (this.network.config.output_layers ?? []).map(([layer, node, tensor]) => {
      const found = known.get(`${layer} ${node}`)?.[tensor];
      if (found === undefined) throw this.error(`its output ${quoted(layer)} is no tensor of the model`);
      return found;
    });
    if (outputs.length === 0) throw this.error('names no output_layers');
    return { inputs: [...inputs.values()], outputs };
  }

  /**
   * tfjs counts the call by which a nested model was built too, and writes down those in the model alone: where a layer's
   * last call is read under a later number, all of its numbers are later by as much.
   */
  private numbered(calls: readonly Call[]): Call[] {
    const read = new Map<string, number>();
    const ends = (this.network.config.output_layers ?? []).map(([layer, node]) => ({ layer, node }));
    for (const { layer, node } of [...ends, ...calls.flatMap(({ from }) => from)]) {
      read.set(layer, Math.max(read.get(layer) ?? 0, node));
    }
    const last = new Map(calls.map(({ layer, node }) => [layer.config.name ?? '', node]));
    return calls.map((call) => {
      const name = call.layer.config.name ?? '';
      return { ...call, node: call.node + Math.max(0, (read.get(name) ?? 0) - last.get(name)!) };
    });
  }

  /** By the name of the input layer, in the order of `input_layers`. */
  private inputTensors(given: readonly number[] | undefined): Map<string, number> {
    const names = (this.network.config.input_layers ?? []).map(([layer]) => layer);
    if (names.length === 0) throw this.error('names no input_layers');
    if (given && given.length !== names.length)
      throw this.error(`is called on ${given.length} tensors, not ${names.length}`);
    return new Map(
      names.map((name, i) => {
        const layer = this.layers.find(({ config }) => config.name === name);
        return [name, given?.[i] ?? this.source.graph.input(name, this.inputShape(layer))];
      }),
    );
  }

  /** Keras may list layers before those that they read: each is called once all of its inputs are there. */
  private callInOrder(calls: readonly Call[], known: Map<string, number[]>): void {
    let pending = calls;
    while (pending.length > 0) {
      const waiting: Call[] = [];
      for (const call of pending) {
        const inputs = call.from.map(({ layer, node, tensor }) => known.get(`${layer} ${node}`)?.[tensor]);
        if (inputs.every((tensor) => tensor !== undefined)) {
          known.set(`${call.layer.config.name ?? ''} ${call.node}`, this.call(call.layer, inputs as number[]));
        } else waiting.push(call);
      }
      if (waiting.length === pending.length) {
        const name = waiting[0]!.layer.config.name ?? '';
        throw this.error(`its layer ${quoted(name)} reads a tensor that no layer before it gives`);
      }
      pending = waiting;
    }
  }

  private call(layer: KerasLayer, inputs: readonly number[]): number[] {
    if (++this.source.calls > MAX_CALLS) throw this.error(`calls more than ${MAX_CALLS} layers`);
    const path = `${this.prefix}${layer.config.name ?? layer.class_name}`;
    const wrapped = layer.class_name === 'TimeDistributed' ? wrappedDense(layer) : layer;
    const { model, graph, weights } = this.source;
    const nested = nestedNetwork(wrapped, `${model}, ${quoted(path)}`);
    if (nested) return new Network(nested, this.source, `${path}/`, this.depth + 1).load(inputs).outputs;
    const context = new LayerContext(graph, weights, new LayerReader(wrapped, model, path), inputs);
    if (inputs.length === 0) throw context.layer.invalid('has no input');
    loadLayer(context);
    return [context.current];
  }

  private inputShape(layer: KerasLayer | undefined): number[] {
    const { config } = layer ?? {};
    const given = config?.['batch_input_shape'] ?? config?.['batch_shape'];
    const parsed = shapeSchema.safeParse(Array.isArray(given) ? given.slice(1) : given);
    if (parsed.success) return [1, ...parsed.data];
    // A nested model may come first, and say the shape in its own first layer.
    const nested = layer && nestedNetwork(layer, this.where);
    if (nested) return new Network(nested, this.source, '', this.depth + 1).inputShape(nested.config.layers[0]);
    const what = 'its first layer does not say the shape of the input (batch_input_shape)';
    const todo = 'Give the first layer an inputShape of fixed sizes.';
    throw new KilnError('model-json', { where: this.where, what, todo });
  }

  private expectDistinct(): void {
    const names = new Set<string>();
    for (const { config } of this.layers) {
      if (config.name !== undefined && names.has(config.name)) {
        const where = `${this.where}, layer ${quoted(config.name)}`;
        throw new KilnError('model-json', { where, what: 'two layers have this name', todo: 'Save the model again.' });
      }
      if (config.name !== undefined) names.add(config.name);
    }
  }

  private get where(): string {
    return this.prefix ? `${this.source.model}, ${quoted(this.prefix.slice(0, -1))}` : this.source.model;
  }

  private error(what: string): KilnError {
    return new KilnError('model-json', { where: this.where, what, todo: 'Save the model again.' });
  }
}

interface Call {
  layer: KerasLayer;
  from: readonly TensorName[];
  node: number;
}

/** Dense works on the last dimension anyway: a TimeDistributed one is the layer within, under the outer name. */
function wrappedDense(layer: KerasLayer): KerasLayer {
  const inner = z
    .object({ class_name: z.literal('Dense'), config: z.looseObject({}) })
    .safeParse(layer.config['layer']);
  if (!inner.success) return layer;
  return { class_name: 'Dense', config: { ...inner.data.config, name: layer.config.name } };
}
