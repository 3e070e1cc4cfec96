// The layers of model.c: for each its constants, and a function that runs it.
import type { Graph, Op } from '../graph/graph.js';
import type { MemoryPlan } from '../memory/plan.js';
import { shortName } from './identifiers.js';
import type { KernelCall } from './kernel_call.js';
import { KernelFunctions, type Optimize, type Site } from './kernel_functions.js';
import { arrayLiteral, comment } from '../../base/c_literals.js';
import { Places } from './places.js';

export interface Layer {
  /** What its C names begin with. */
  name: string;
  op: Op;
  /** In order; none where its output is its input. */
  calls: readonly KernelCall[];
}

export interface LayersSource {
  graph: Graph;
  plan: MemoryPlan;
  layers: readonly Layer[];
  optimize: Optimize;
}

/** The function that runs a layer. */
export function runFunction(layer: string): string {
  return `${layer}_run`;
}

export function layersSource({ graph, plan, layers, optimize }: LayersSource): string {
  const functions = new KernelFunctions(layers.flatMap(sitesOf), graph, optimize);
  const places = new Places(graph, plan);
  return layers.map((layer, index) => layerSource(layer, index, graph, places, functions)).join('');
}

function sitesOf({ op, calls }: Layer): Site[] {
  return calls.map((call) => ({ op, call }));
}

function layerSource(layer: Layer, index: number, graph: Graph, places: Places, functions: KernelFunctions): string {
  const { name, calls } = layer;
  if (calls.length === 0) return `${titleOf(layer, graph)}\n`;
  const array = (own: string) => `${name}_${own}`;
  const arrays = calls.flatMap((call) => call.arrays);
  const literals = arrays.map((own) => arrayLiteral(own.type, array(own.name), own.values, own.aligned)).join('');
  const operands = {
    tensor: (tensor: number) => places.tensor(tensor, index),
    scratch: (call: KernelCall, number: number) => places.scratch(index, call, call.scratch![number]!),
    array,
  };
  const sites = sitesOf(layer);
  const definitions = sites.map((site) => functions.definition(site)).join('');
  const body = sites.map((site, i) => functions.statements(site, sites.length > 1 ? `_${i}` : '', operands));
  const inlined = sites.some((site) => !functions.isShared(site));
  const head = `static ${inlined ? 'TK_NOINLINE ' : ''}void ${runFunction(name)}(void) {\n`;
  return `${definitions}${titleOf(layer, graph)}${literals}${head}${places.moves(index)}${body.join('')}}\n\n`;
}

/** What it is, and the shapes of its first input that is no constant and of its first output. */
function titleOf({ op, calls }: Layer, { tensors }: Graph): string {
  const input = op.inputs.find((index) => index >= 0 && !tensors[index]!.data) ?? op.inputs[0]!;
  const shapes = [input, op.outputs[0]!].map((tensor) => `[${tensors[tensor]!.shape.join(', ')}]`).join(' -> ');
  return `/* ${op.opcode} ${comment(shortName(op.name))}: ${shapes}${calls.length > 0 ? '' : ', in place'} */\n`;
}
