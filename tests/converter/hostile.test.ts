// Damaged and hostile .tflite files: thousands of seeded mutations, and the tricks that a checked reader has to see through.
import { Builder } from 'flatbuffers';
import { describe, expect, it } from 'vitest';
import { KilnError } from '../../base/errors.js';
import { Random } from '../../base/random.js';
import type { Graph } from '../../converter/graph/graph.js';
import { inspect } from '../../converter/inspect.js';
import { createInterpreter } from '../../converter/interpreter.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { KERNEL_CASES } from '../kernels/cases.js';

const MUTATIONS = 6000;
/** Mutated graphs that cost more are verified and not run. */
const RUN_BELOW_MACS = 1e6;

const original = writeTflite(KERNEL_CASES['ds_cnn']!['all_ops']!);
const EXTREMES = [0, 1, 4, 0x7f, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff, original.length];

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const KINDS: Readonly<Record<string, Mutation>> = {
  'a byte changed': (bytes, random) => {
    bytes[random.integer(bytes.length)] = random.integer(256);
    return bytes;
  },
  'bits flipped': (bytes, random) => {
    for (let i = random.integer(8); i >= 0; i--) bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8);
    return bytes;
  },
  'a word set to an extreme': (bytes, random) => {
    const at = 4 * random.integer(bytes.length >> 2);
    new DataView(bytes.buffer).setUint32(at, EXTREMES[random.integer(EXTREMES.length)]!, true);
    return bytes;
  },
  'a word taken from elsewhere': (bytes, random) => {
    const [from, to] = [4 * random.integer(bytes.length >> 2), 4 * random.integer(bytes.length >> 2)];
    bytes.copyWithin(to, from, from + 4);
    return bytes;
  },
  'a run overwritten': (bytes, random) => {
    const at = random.integer(bytes.length);
    return bytes.fill(random.integer(256), at, at + random.integer(64));
  },
  'the end cut off': (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  'a run cut out': (bytes, random) => {
    const at = random.integer(bytes.length);
    return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + random.integer(40))]);
  },
};

/** Reads, verifies, inspects and, where it is cheap, runs: a KilnError at any step is a good end. */
function outcome(bytes: Uint8Array): 'graph' | 'error' {
  let graph: Graph;
  try {
    graph = readTflite(bytes, 'hostile.tflite');
    const { totals } = inspect(graph);
    if (totals.macs > RUN_BELOW_MACS) return 'graph';
    const interpreter = createInterpreter(graph);
    interpreter.invoke(new Int8Array(interpreter.inputSize), new Int8Array(interpreter.outputSize));
    return 'graph';
  } catch (error) {
    if (!(error instanceof KilnError)) throw error;
    expect(error.message.length).toBeLessThan(600);
    return 'error';
  }
}

describe('mutations of a small file', () => {
  it.each(Object.entries(KINDS))('%s', (_kind, mutate) => {
    const random = new Random(1);
    const outcomes = { graph: 0, error: 0 };
    for (let i = 0; i < MUTATIONS / Object.keys(KINDS).length; i++) {
      outcomes[outcome(mutate(original.slice(), random))]++;
    }
    expect(outcomes.error).toBeGreaterThan(20);
  });

  it('every length shorter than the file', () => {
    for (let length = 0; length < original.length; length += 7) outcome(original.slice(0, length));
    expect(outcome(original)).toBe('graph');
  });
});

/** A model whose tensors are `count` times the same one, with a name of `nameBytes`. */
function sharedTensors(count: number, nameBytes: number): Uint8Array {
  const builder = new Builder();
  const name = builder.createString('x'.repeat(nameBytes));
  builder.startObject(4);
  builder.addFieldOffset(3, name, 0);
  const tensor = builder.endObject();
  builder.startVector(4, count, 4);
  for (let i = 0; i < count; i++) builder.addOffset(tensor);
  const tensors = builder.endVector();
  builder.startObject(1);
  builder.addFieldOffset(0, tensors, 0);
  const subgraph = builder.endObject();
  builder.startVector(4, 1, 4);
  builder.addOffset(subgraph);
  const subgraphs = builder.endVector();
  builder.startObject(3);
  builder.addFieldInt32(0, 3, 0);
  builder.addFieldOffset(2, subgraphs, 0);
  builder.finish(builder.endObject(), 'TFL3');
  return builder.asUint8Array();
}

describe('a file that unpacks to much more than it is', () => {
  it('is refused before it takes the memory', () => {
    // 400 kB that would become 10 GB of names.
    expect(() => readTflite(sharedTensors(50_000, 200_000), 'bomb.tflite')).toThrow(/many times its size/);
  });
});
