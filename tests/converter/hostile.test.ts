// Hostile .tflite files: the tricks that a checked reader has to see through. Mutations are the fuzzer's (tests/fuzz).
import { Builder } from 'flatbuffers';
import { describe, expect, it } from 'vitest';
import { KilnError } from '../../base/errors.js';
import { inspect } from '../../converter/inspect.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { KERNEL_CASES } from '../kernels/cases.js';

const original = writeTflite(KERNEL_CASES['ds_cnn']!['all_ops']!);

describe('a file that was cut off', () => {
  it('is refused at every length', () => {
    for (let length = 0; length < original.length; length += 7) {
      expect(() => inspect(readTflite(original.slice(0, length), 'cut.tflite'))).toThrow(KilnError);
    }
    expect(inspect(readTflite(original, 'whole.tflite')).ops.length).toBe(7);
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
