// Sigmoid and tanh of 16-bit values: the table, and how near the straight lines between its points are to the curves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { sigmoidInt16, SIGMOID_TABLE, tanhInt16 } from '../../converter/quantization/fixed_point_int16.js';

const header = join(packageRoot(), 'firmware-templates', 'runtime', 'include', 'tk_sigmoid_table.h');
const INT16 = Array.from({ length: 2 ** 16 }, (_, i) => i - 2 ** 15);

/** The largest |found − real| over all 16-bit values, in units of 2⁻¹⁵. */
function largestError(found: (x: number) => number, real: (x: number) => number): number {
  return INT16.reduce((largest, x) => Math.max(largest, Math.abs(found(x) - real(x) * 2 ** 15)), 0);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe('the table', () => {
  it('holds the sigmoid at 24 points per unit, by at most one more than the nearest', () => {
    SIGMOID_TABLE.forEach((value, i) => expect(Math.abs(value - sigmoid(i / 24) * 2 ** 16)).toBeLessThan(1.2));
    expect(SIGMOID_TABLE.reduce((sum, value) => sum + value, 0)).toBe(TABLE_SUM);
  });

  it('is the same in C', () => {
    const [, list] = /tk_sigmoid_table\[256\] = \{([^}]*)\}/.exec(readFileSync(header, 'utf8'))!;
    expect(list!.split(',').slice(0, -1).map(Number)).toEqual([...SIGMOID_TABLE]);
  });
});

/** Of TFLite's own table. */
const TABLE_SUM = 15670629;

describe('of every 16-bit value', () => {
  it('the sigmoid is in Q0.15, for Q3.12', () => {
    expect(largestError(sigmoidInt16, (x) => sigmoid(x / 2 ** 12))).toBeLessThan(1.3);
    expect([sigmoidInt16(0), sigmoidInt16(-32768), sigmoidInt16(32767)]).toEqual([16384, 11, 32757]);
  });

  it.each([-15, -14, -13, -12, -9, -6, 0, 2])('the tanh is in Q0.15, for units of 2^%d', (exponent) => {
    expect(
      largestError(
        (x) => tanhInt16(x, exponent),
        (x) => Math.tanh(x * 2 ** exponent),
      ),
    ).toBeLessThan(2.6);
  });

  it('the tanh of a fine argument is coarse: the table is read in steps of 2^-13 / 3', () => {
    const distinct = new Set(INT16.map((x) => tanhInt16(x, -20)));
    expect(distinct.size).toBeLessThan(INT16.length / 64);
    expect(
      largestError(
        (x) => tanhInt16(x, -20),
        (x) => Math.tanh(x * 2 ** -20),
      ),
    ).toBeLessThan(8);
  });
});
