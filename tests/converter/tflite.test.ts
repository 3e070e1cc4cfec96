// The .tflite reader and writer: what goes out comes back, lies where TFLite wants it, and what tinykiln lacks is named.
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../converter/graph/graph.js';
import { pack } from '../../converter/tflite/pack.js';
import { readTflite } from '../../converter/tflite/reader.js';
import type { TableValue } from '../../converter/tflite/schema.js';
import { unpack } from '../../converter/tflite/unpack.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { KERNEL_CASES } from '../kernels/cases.js';

type Model = TableValue<'Model'>;

const graph: Graph = {
  ...KERNEL_CASES['ds_cnn']!['all_ops']!,
  metadata: new Map([['labels', new TextEncoder().encode('yes\nno')]]),
};

/** The file of `graph` with some of its fields changed. */
function fileWith(change: (model: Model) => void): Uint8Array {
  const model = unpack(writeTflite(graph), 'Model', 'test');
  change(model);
  return pack('Model', model as Parameters<typeof pack<'Model'>>[1]);
}

function tensorsOf(model: Model) {
  return model.subgraphs![0]!.tensors!;
}

/** The message with which a changed file is refused. */
function refusal(change: (model: Model) => void): string {
  try {
    readTflite(fileWith(change), 'model.tflite');
  } catch (error) {
    return String(error);
  }
  return 'accepted';
}

/** With options as a file holds them. */
function inFloat32(op: Graph['ops'][number]): Graph['ops'][number] {
  const round = (value: unknown) => (typeof value === 'number' ? Math.fround(value) : value);
  const options = Object.entries(op.options).map(([key, value]) => [key, round(value)]);
  return { ...op, options: Object.fromEntries(options) } as Graph['ops'][number];
}

describe('what is written', () => {
  const file = writeTflite(graph);
  const model = unpack(file, 'Model', 'test');

  it.each(Object.values(KERNEL_CASES).flatMap((cases) => Object.entries(cases)))('%s comes back', (_name, original) => {
    expect(readTflite(writeTflite(original), original.name)).toEqual({ ...original, ops: original.ops.map(inFloat32) });
  });

  it('is the same for the same graph', () => {
    expect(writeTflite(readTflite(file, graph.name))).toEqual(file);
  });

  it('starts with the identifier, has version 3 and an empty buffer 0', () => {
    expect(String.fromCharCode(...file.subarray(4, 8))).toBe('TFL3');
    expect(model.version).toBe(3);
    expect(model.buffers![0]!.data).toBeUndefined();
  });

  it('has every buffer at a multiple of 16', () => {
    const places = model.buffers!.slice(1).map(({ data }) => data!.byteOffset % 16);
    expect(places.length).toBeGreaterThan(9);
    expect(new Set(places)).toEqual(new Set([0]));
  });

  it('holds equal vectors once', () => {
    const perChannel = tensorsOf(model).flatMap(({ quantization }) =>
      quantization && quantization.scale!.length > 1 ? [quantization.zeroPoint!.length] : [],
    );
    const zeros = (length: number) => '00'.repeat(8 * length);
    const longest = Math.max(...perChannel);
    expect(perChannel.filter((length) => length === longest).length).toBeGreaterThan(1);
    expect(Buffer.from(file).toString('hex').split(zeros(longest))).toHaveLength(2);
  });

  it('declares the versions that int8 ops have, under both codes', () => {
    expect(model.operatorCodes).toMatchObject([
      { deprecatedBuiltinCode: 3, builtinCode: 3, version: 3 },
      { deprecatedBuiltinCode: 4, builtinCode: 4, version: 3 },
      { deprecatedBuiltinCode: 1, builtinCode: 1, version: 2 },
      { deprecatedBuiltinCode: 22, builtinCode: 22, version: 1 },
      { deprecatedBuiltinCode: 9, builtinCode: 9, version: 4 },
      { deprecatedBuiltinCode: 25, builtinCode: 25, version: 2 },
    ]);
  });

  it('has its runtime version NUL-padded, the metadata of the graph, and a signature', () => {
    const metadata = model.metadata!.map(({ name, buffer }) => [
      name,
      String.fromCharCode(...model.buffers![buffer]!.data!),
    ]);
    expect(metadata).toEqual([
      ['min_runtime_version', '1.14.0\0\0\0\0\0\0\0\0\0\0'],
      ['labels', 'yes\nno'],
    ]);
    const [input] = graph.inputs;
    expect(model.signatureDefs).toMatchObject([
      { signatureKey: 'serving_default', inputs: [{ name: graph.tensors[input!]!.name, tensorIndex: input }] },
    ]);
  });

  it('refuses an op that no .tflite holds', () => {
    const op = {
      opcode: 'BATCH_NORMALIZATION',
      name: 'bn',
      inputs: [0],
      outputs: [1],
      options: { epsilon: 0 },
    } as const;
    expect(() => writeTflite({ ...graph, ops: [op] })).toThrow(
      /layer "bn": BATCH_NORMALIZATION is no TensorFlow Lite op/,
    );
  });
});

describe('what is read', () => {
  it('old files, which have only the deprecated code', () => {
    const file = fileWith((model) => model.operatorCodes!.forEach((code) => (code.builtinCode = 0)));
    expect(readTflite(file, graph.name)).toEqual(graph);
  });

  it('a file at any alignment', () => {
    const file = writeTflite(graph);
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    expect(readTflite(shifted.subarray(3), graph.name)).toEqual(graph);
  });

  it('a Node Buffer, without keeping its memory', () => {
    const file = Buffer.from(writeTflite(graph));
    const read = readTflite(file, graph.name);
    file.fill(0);
    expect(read).toEqual(graph);
  });

  it('one zero point for several scales', () => {
    const file = fileWith((model) => {
      for (const { quantization } of tensorsOf(model)) if (quantization?.zeroPoint) quantization.zeroPoint.length = 1;
    });
    expect(readTflite(file, graph.name)).toEqual(graph);
  });

  it('a RESHAPE without options, by its shape input', () => {
    const file = fileWith((model) => {
      const reshape = model.subgraphs![0]!.operators!.find(
        ({ builtinOptions }) => builtinOptions?.type === 'ReshapeOptions',
      );
      reshape!.builtinOptions = undefined;
    });
    expect(readTflite(file, graph.name)).toEqual(graph);
  });
});

describe('what is refused', () => {
  const layer = 'layer "activation_2"';
  it.each<[string, RegExp, (model: Model) => void]>([
    [
      'an op that we lack',
      /model.tflite, layer .*: tinykiln has no op GELU \(builtin code 150\)\. In its place, use HARD_SWISH or RELU\./,
      (m) => {
        m.operatorCodes![0]!.builtinCode = 150;
      },
    ],
    [
      'an unknown code',
      /no op unknown \(builtin code 5000\)/,
      (m) => {
        m.operatorCodes![0]!.builtinCode = 5000;
      },
    ],
    [
      'a custom op',
      /no custom op "Mine\\n" \(builtin code 32\)/,
      (m) => {
        Object.assign(m.operatorCodes![0]!, { builtinCode: 32, customCode: 'Mine\n' });
      },
    ],
    [
      'two subgraphs',
      /has 2 subgraphs/,
      (m) => {
        m.subgraphs!.push(m.subgraphs![0]!);
      },
    ],
    [
      'another schema version',
      /schema version 4/,
      (m) => {
        m.version = 4;
      },
    ],
    [
      'a tensor of 2³¹ elements',
      /\[32768,65536\], which is 2 GiB or more/,
      (m) => {
        tensorsOf(m)[0]!.shape = [32768, 65536];
      },
    ],
    [
      'a shape whose product overflows',
      /\[2147483647,2147483647,2147483647\], which is 2 GiB/,
      (m) => {
        tensorsOf(m)[0]!.shape = [2147483647, 2147483647, 2147483647];
      },
    ],
    [
      'an unknown dimension',
      /\[1,-1,5,1\], and every dimension must be known and positive/,
      (m) => {
        tensorsOf(m)[0]!.shape = [1, -1, 5, 1];
      },
    ],
    [
      'a type that we lack',
      /"activation_0" has the type FLOAT64/,
      (m) => {
        tensorsOf(m)[0]!.type = 10;
      },
    ],
    [
      'a buffer of the wrong size',
      /"weights_1" is int8\[6,4,3,2\] and so 144 bytes, but its buffer has 72/,
      (m) => {
        tensorsOf(m)[1]!.shape = [6, 4, 3, 2];
      },
    ],
    [
      'a buffer that is not there',
      /uses buffer 999 of/,
      (m) => {
        tensorsOf(m)[1]!.buffer = 999;
      },
    ],
    [
      'data behind the model',
      /has its data behind the model/,
      (m) => {
        Object.assign(m.buffers![1]!, { data: undefined, offset: 4096n, size: 72n });
      },
    ],
    [
      'data in another file',
      /has its data in another file/,
      (m) => {
        tensorsOf(m)[1]!.externalBuffer = 1;
      },
    ],
    [
      'a sparse tensor',
      /is sparse/,
      (m) => {
        tensorsOf(m)[1]!.sparsity = {};
      },
    ],
    [
      'blockwise quantization',
      /a quantization other than scale and zero point/,
      (m) => {
        tensorsOf(m)[1]!.quantization!.detailsType = 2;
      },
    ],
    [
      'zero points that do not match',
      /has 6 scales and 2 zero points/,
      (m) => {
        tensorsOf(m)[1]!.quantization!.zeroPoint!.length = 2;
      },
    ],
    [
      'an input index out of range',
      /an input of "activation_2" is tensor 99 of/,
      (m) => {
        m.subgraphs![0]!.operators![0]!.inputs = [99];
      },
    ],
    [
      'an op without output',
      /op 0 has no output/,
      (m) => {
        m.subgraphs![0]!.operators![0]!.outputs = [];
      },
    ],
    [
      'an operator code out of range',
      /uses operator code 77 of 6/,
      (m) => {
        m.subgraphs![0]!.operators![0]!.opcodeIndex = 77;
      },
    ],
    [
      'an output of the graph out of range',
      /an output is tensor -1/,
      (m) => {
        m.subgraphs![0]!.outputs = [-1];
      },
    ],
    [
      'missing options',
      new RegExp(`${layer} \\(CONV_2D\\): has no options, and tinykiln reads Conv2DOptions`),
      (m) => {
        m.subgraphs![0]!.operators![0]!.builtinOptions = undefined;
      },
    ],
    [
      'an activation that we lack',
      new RegExp(`${layer}.*has the fused activation TANH`),
      (m) => {
        const options = m.subgraphs![0]!.operators![0]!.builtinOptions as { value: { activation: number } };
        options.value.activation = 4;
      },
    ],
  ])('%s', (_what, message, change) => {
    expect(refusal(change)).toMatch(message);
  });

  it.each([
    ['no bytes', new Uint8Array(0)],
    ['another format', new TextEncoder().encode('\x89PNG\r\n\x1a\n and more')],
  ])('%s', (_what, bytes) => {
    expect(() => readTflite(bytes, 'x.tflite')).toThrow(/x\.tflite: bytes 4 to 7 are .*Give a \.tflite file\./);
  });

  it('a file that is cut off, with the field that is missing', () => {
    const file = writeTflite(graph);
    expect(() => readTflite(file.subarray(0, file.length - 100), 'x.tflite')).toThrow(
      /the field Model\.\S+ points to bytes/,
    );
  });
});
