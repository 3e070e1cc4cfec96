// Firmware that is not ours, and speaks MLPerf Tiny's commands alone: three decimals are compared, and nothing is claimed beyond.
import { describe, expect, it } from 'vitest';
import type { Link } from '../../device/link.js';
import { validate } from '../../device/validate.js';
import { runTiny, TINY } from '../firmware/tiny_model.js';
import { failureOf } from './workbench.js';

const GRID = { scale: 1 / 256, zeroPoint: -128 };

/** A board with another firmware: every command of MLPerf Tiny's performance mode that a validation uses. */
class ForeignBoard implements Link {
  readonly path = '/dev/ttyForeign';
  private lines: string[] = [];
  private loaded: number[] = [];

  constructor(private readonly print: (value: number, index: number) => number = (value) => value) {}

  write(text: string): void {
    for (const command of text.split('%').slice(0, -1)) this.lines.push(...this.answer(command), 'm-ready');
  }

  async readLine(): Promise<string | undefined> {
    return this.lines.shift();
  }

  discard(): void {
    this.lines = [];
  }

  async close(): Promise<void> {}

  private answer(command: string): string[] {
    const [word, argument] = command.split(' ');
    if (word === 'profile') return ['m-profile-[ULPMark for tinyML Firmware V0.0.1]', 'm-model-[kws01]'];
    if (word === 'infer') return ['m-lap-us-1000', 'm-lap-us-1250', `m-results-[${this.results().join(',')}]`];
    if (word === 'db' && argument === 'load') this.loaded = [];
    if (word === 'db' && argument === 'load') return [`m-[Expecting ${command.split(' ')[2]} bytes]`];
    if (word !== 'db') return [`e-[Unknown command: ${word}]`];
    this.loaded.push(...Buffer.from(argument!, 'hex'));
    return this.loaded.length === TINY.inputSize ? ['m-load-done'] : [];
  }

  private results(): string[] {
    const real = Array.from(runTiny(Int8Array.from(this.loaded)), (q) => GRID.scale * (q - GRID.zeroPoint));
    return real.map((value, i) => this.print(value, i).toFixed(3));
  }
}

const inputs = [3, 4].map((seed) => Int8Array.from({ length: TINY.inputSize }, (_, i) => i * seed));

function validateOn(link: Link, outputGrid?: typeof GRID) {
  const options = { link, inputs, expected: inputs.map(runTiny), modelHash: 'f'.repeat(16), timeoutMs: 50 };
  return validate(outputGrid ? { ...options, outputGrid } : options);
}

describe("another's firmware", () => {
  it('is compared by three decimals, whatever model it says that it runs', async () => {
    const validation = await validateOn(new ForeignBoard(), GRID);
    expect(validation).toMatchObject({ equal: 2, compared: 'three decimals', by: 'mlperf', answersAs: 'kws01' });
    expect(validation.info).toBeUndefined();
    expect(validation.microseconds).toEqual({ min: 250, median: 250, max: 250 });
  });

  it('may round ties either way', async () => {
    const up = new ForeignBoard((value) => Math.floor(1000 * value + 0.5) / 1000);
    const down = new ForeignBoard((value) => Math.ceil(1000 * value - 0.5) / 1000);
    for (const board of [up, down]) expect(await validateOn(board, GRID)).toMatchObject({ equal: 2 });
  });

  it('is found out where one output is a thousandth off', async () => {
    const board = new ForeignBoard((value, i) => (i === 7 ? value + 0.0016 : value));
    const { mismatches, layer } = await validateOn(board, GRID);
    expect(mismatches).toHaveLength(2);
    expect(mismatches[0]).toMatchObject({ index: 0, element: 7 });
    expect(layer).toMatchObject({ unknown: expect.any(String) as string });
  });

  it('cannot be compared where the output has no scale', async () => {
    expect(await failureOf(() => validateOn(new ForeignBoard()))).toMatchObject({
      code: 'firmware-foreign',
      exitCode: 2,
    });
  });
});
