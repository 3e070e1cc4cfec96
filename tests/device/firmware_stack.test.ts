// The bound of a whole firmware's stack.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Build } from '../../device/build.js';
import { findProgram } from '../../device/tools.js';
import { BOARD, Workbench } from './workbench.js';

const FRAME = 108;

describe.skipIf(!findProgram('arm-none-eabi-gcc'))('the stack of a firmware', () => {
  const workbench = new Workbench();
  let build: Build;
  beforeAll(async () => void (build = await workbench.build()));
  afterAll(() => workbench.clear());

  it('has a bound, although commands are called by a table', () => {
    const { bytes, reserved, unknown } = build.stack;
    expect(unknown).toEqual([]);
    expect(reserved).toBe(BOARD.stack);
    expect(bytes).toBeLessThan(reserved);
  });

  it('holds main() down to the model, and each interrupt with what the core pushes before it', () => {
    const { main, ...handlers } = build.stack.entries;
    expect(main!.path[0]).toBe('main');
    expect(main!.bytes).toBeGreaterThan(100);
    expect(Object.keys(handlers).sort()).toEqual(['console_handler', 'systick_handler']);
    const interrupts = Object.values(handlers).reduce((sum, { bytes }) => sum + FRAME + bytes, 0);
    expect(build.stack.bytes).toBe(main!.bytes + interrupts);
  });
});
