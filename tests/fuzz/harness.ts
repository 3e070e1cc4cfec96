// Damaged models through everything that reads them: each has to end in a model or in a KilnError, soon and in little memory.
import { KilnError } from '../../base/errors.js';
import { Random } from '../../base/random.js';
import { compile } from '../../converter/compile.js';
import type { Graph } from '../../converter/graph/graph.js';
import { inspect } from '../../converter/inspect.js';
import { GraphInterpreter } from '../../converter/interpreter.js';
import { loadTfjsLayers } from '../../converter/loaders/tfjs_layers.js';
import { pack } from '../../converter/tflite/pack.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { unpack } from '../../converter/tflite/unpack.js';
import { BYTE_MUTATIONS } from './bytes.js';
import { mutateValue } from './values.js';

/** Mutated graphs that cost more are verified, but not run or compiled. */
const RUN_BELOW_MACS = 1e5;
const RUN_BELOW_ELEMENTS = 2 ** 16;
const MESSAGE_LENGTH = 1200;

export interface FuzzResult {
  models: number;
  errors: number;
  /** By code. */
  codes: Record<string, number>;
  /** The longest that one took, in ms. */
  slowest: number;
  /** The most memory that this process ever held, in MiB. */
  peakMebibytes: number;
}

class Tally {
  readonly codes: Record<string, number> = {};
  models = 0;
  errors = 0;
  slowest = 0;

  /** @param describe says which input it was, for a failure that is not a KilnError */
  run(attempt: () => void, describe: () => string): void {
    const start = performance.now();
    try {
      attempt();
      this.models++;
    } catch (error) {
      if (!(error instanceof KilnError)) throw new Error(`${describe()}: ${String(error)}`, { cause: error });
      if (error.message.length > MESSAGE_LENGTH) throw new Error(`${describe()}: a message of ${error.message.length}`);
      this.errors++;
      this.codes[error.code] = (this.codes[error.code] ?? 0) + 1;
    }
    this.slowest = Math.max(this.slowest, performance.now() - start);
  }

  result(): FuzzResult {
    const { models, errors, codes, slowest } = this;
    return { models, errors, codes, slowest, peakMebibytes: process.resourceUsage().maxRSS / 1024 };
  }
}

export interface Seed {
  name: string;
  bytes: Uint8Array;
}

/** Mutations of .tflite files: half of them of bytes, half of what their tables say. */
export function fuzzTflite(seeds: readonly Seed[], count: number, seed: number): FuzzResult {
  const random = new Random(seed);
  const tally = new Tally();
  const kinds = Object.values(BYTE_MUTATIONS);
  for (let i = 0; i < count; i++) {
    const { name, bytes } = seeds[i % seeds.length]!;
    const damaged =
      i % 2 === 0 ? kinds[random.integer(kinds.length)]!(bytes.slice(), random) : damagedTables(bytes, random);
    tally.run(
      () => use(readTflite(damaged, 'hostile.tflite')),
      () => `number ${i} of seed ${seed}, from ${name}`,
    );
  }
  return tally.result();
}

function damagedTables(bytes: Uint8Array, random: Random): Uint8Array {
  const model = unpack(bytes, 'Model', 'seed');
  mutateValue(model, random);
  try {
    return pack('Model', model);
  } catch {
    return bytes; // no file says this
  }
}

export interface TfjsSeed {
  name: string;
  json: object;
  weights: Uint8Array;
}

/** Mutations of model.json, and of the weights' length. */
export function fuzzTfjs(seeds: readonly TfjsSeed[], count: number, seed: number): FuzzResult {
  const random = new Random(seed);
  const tally = new Tally();
  for (let i = 0; i < count; i++) {
    const { name, json, weights } = seeds[i % seeds.length]!;
    const damaged = structuredClone(json);
    mutateValue(damaged, random);
    const cut = random.integer(8) === 0 ? weights.slice(0, random.integer(weights.length)) : weights;
    tally.run(
      () => use(loadTfjsLayers(damaged, cut, 'hostile/model.json')),
      () => `number ${i} of seed ${seed}, from ${name}`,
    );
  }
  return tally.result();
}

/** Verifies and inspects, and where it is cheap, runs and compiles. */
function use(graph: Graph): void {
  const { totals } = inspect(graph);
  const elements = graph.tensors.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
  if (totals.macs > RUN_BELOW_MACS || elements > RUN_BELOW_ELEMENTS) return;
  new GraphInterpreter(graph).invoke();
  if (graph.tensors[graph.outputs[0]!]!.dtype === 'int8') compile(graph, { name: 'model', tflite: new Uint8Array(4) });
}
