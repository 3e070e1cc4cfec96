// A checkpoint is believed only if it is whole and of the same training.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../trainer/checkpoint.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-checkpoint-'));
const path = join(folder, 'checkpoint.bin');
const data = { step: 17, loss: 0.1 + 0.2 };
const arrays = { weights: Float32Array.of(1.5, -0, 3e-42), empty: new Float32Array(), more: Float32Array.of(7) };
let notices: string[] = [];

const read = (fingerprint = 'same') => readCheckpoint<typeof data>(path, fingerprint, (text) => notices.push(text));

function expectPassedOver(reason: string): void {
  expect(read()).toBeUndefined();
  expect(notices).toEqual([expect.stringContaining(reason)]);
  expect(notices[0]).toContain(path);
}

beforeEach(() => {
  notices = [];
  writeCheckpoint(path, 'same', { data, arrays });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readCheckpoint', () => {
  it('gives back what was written, to the bit', () => {
    expect(read()).toEqual({ data, arrays });
    expect(Object.is(read()!.arrays['weights']![1], -0)).toBe(true);
    expect(notices).toEqual([]);
  });

  it('finds nothing in silence where there is no file', () => {
    rmSync(path);
    expect(read()).toBeUndefined();
    expect(notices).toEqual([]);
  });

  it('passes over the checkpoint of another training', () => {
    expect(read('other')).toBeUndefined();
    expect(notices).toEqual([expect.stringContaining('other settings or data')]);
  });

  it.each([0, 5, 11, 43, 44, 60])('passes over one cut to %i bytes', (length) => {
    writeFileSync(path, readFileSync(path).subarray(0, length));
    expectPassedOver(length < 44 ? 'no checkpoint of tinykiln' : 'damaged or cut short');
  });

  it('passes over one with a flipped bit, wherever it is', () => {
    const bytes = readFileSync(path);
    for (let at = 8; at < bytes.length; at += 7) {
      notices = [];
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1;
      writeFileSync(path, flipped);
      expectPassedOver('damaged or cut short');
    }
  });

  it('passes over a foreign file', () => {
    writeFileSync(path, 'PK\u0003\u0004'.padEnd(200, 'x'));
    expectPassedOver('no checkpoint of tinykiln');
  });
});
