// Values and names as C source.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { identifiers, shortName } from '../../converter/codegen/identifiers.js';
import { arrayLiteral, COLUMNS, comment, float32, integer, numbers } from '../../base/c_literals.js';
import { opsHeader } from '../../converter/codegen/tflm_resolver.js';
import type { Graph, Op } from '../../converter/graph/graph.js';
import { OPS } from '../../converter/ops/table.js';

describe('identifiers', () => {
  it.each([
    ['functional_1/activation/Relu;functional_1/conv2d/BiasAdd', 'activation_relu'],
    ['model/block_1/pointwise/Relu6', 'pointwise_relu6'],
    ['StatefulPartitionedCall:0', 'statefulpartitionedcall_0'],
    ['3x3', 'layer_3x3'],
    ['', 'layer'],
    ['été', 't'],
    ['_leading', 'leading'],
  ])('%j is %s', (name, expected) => expect(identifiers([name])).toEqual([expected]));

  it('are all different, also from a name that has a number already', () => {
    const names = identifiers(['a', 'A', 'a_2', 'a/', 'x'.repeat(60), 'x'.repeat(61)]);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(0, 3)).toEqual(['a', 'a_2', 'a_2_2']);
  });

  it('are C whatever the bytes of the names are', () => {
    const random = new Random(5);
    const noise = Array.from({ length: 300 }, () =>
      String.fromCharCode(...Array.from({ length: random.integer(70) }, () => random.integer(0x3000))),
    );
    for (const name of identifiers(noise)) expect(name).toMatch(/^[a-z][a-z0-9_]{0,44}$/);
  });
});

describe('literals', () => {
  it('writes the least int32 as C can read it', () => {
    expect([-2147483648, -2147483647, 0, 2147483647].map(integer)).toEqual([
      '(-2147483647 - 1)',
      '-2147483647',
      '0',
      '2147483647',
    ]);
  });

  it('gives float32 values back to the bit', () => {
    const bits = new DataView(new ArrayBuffer(4));
    const random = new Random(1);
    for (let i = 0; i < 2000; i++) {
      bits.setUint32(0, random.uint32() & 0x7fffffff);
      const value = bits.getFloat32(0);
      if (!Number.isFinite(value)) continue;
      expect(float32(value)).toMatch(/^\d+(\.\d+)?(e[+-]\d+)?f$/);
      expect(Math.fround(parseFloat(float32(value)))).toBe(value);
    }
    expect([1, 0.00390625, 1e-30].map((x) => float32(Math.fround(x)))).toEqual(['1.0f', '0.00390625f', '1e-30f']);
  });

  it('wraps arrays and loses no value', () => {
    const values = Int32Array.from({ length: 500 }, (_, i) => (i * 2654435761) | 0);
    const lines = numbers(values).trimEnd().split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(COLUMNS);
    expect(Math.min(...lines.slice(0, -1).map(({ length }) => length))).toBeGreaterThan(COLUMNS - 14);
    expect(lines.join(' ').split(',').slice(0, -1).map(Number)).toEqual([...values]);
  });

  it('writes an array as C', () =>
    expect(arrayLiteral('int8_t', 'a_shift', [1, -2])).toBe('static const int8_t a_shift[2] = {\n  1, -2,\n};\n'));

  it.each(['*/', '/*', '**//', '*/*/', '\n', '\u2028', 'a'.repeat(1000)])('keeps %j inside its comment', (text) => {
    const shown = comment(text);
    expect(shown).toMatch(/^[\x20-\x7e]{1,70}$/);
    expect(shown).not.toMatch(/\*\/|\/\*/);
  });

  it('calls a fused layer by its first name', () => expect(shortName('a/Relu;a/BiasAdd')).toBe('a/Relu'));
});

describe("TFLite Micro's resolver", () => {
  const graphOf = (opcodes: string[]) => ({ ops: opcodes.map((opcode) => ({ opcode }) as Op) }) as Graph;

  it('adds each op of the model once', () => {
    const header = opsHeader('net', graphOf(['SOFTMAX', 'CONV_2D', 'CONV_2D', 'RESHAPE']));
    expect(header).toContain('tflite::MicroMutableOpResolver<3>');
    expect([...header.matchAll(/resolver\.(\w+)\(\)/g)].map(([, method]) => method)).toEqual([
      'AddConv2D',
      'AddReshape',
      'AddSoftmax',
    ]);
  });

  it('knows every op that can be compiled', () => {
    const compilable = Object.values(OPS).filter(({ emit }) => emit);
    const header = opsHeader('net', graphOf(compilable.map(({ opcode }) => opcode)));
    expect(header).not.toContain('undefined');
    expect(compilable.length).toBeGreaterThan(5);
  });
});
