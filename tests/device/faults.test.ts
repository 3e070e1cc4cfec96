// What goes wrong on a bench: cables pulled, boards frozen, ports missing or taken. Each ends in one message, in time.
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KilnError } from '../../base/errors.js';
import { openLink } from '../../device/link.js';
import { validate } from '../../device/validate.js';
import { startVirtualBoard } from '../../device/virtual/qemu.js';
import { livePort } from '../../device/virtual/state.js';
import { loadBoard } from '../../firmware-templates/index.js';
import { runTiny, TINY } from '../firmware/tiny_model.js';
import { BOARD, failureOf, Workbench } from './workbench.js';

const TIMEOUT_MS = 4000;
const bench = new Workbench();
let elf: string;

beforeAll(async () => {
  ({ elf } = await bench.build());
});
afterEach(() => bench.closeLinks());
afterAll(() => bench.clear());

/** Validates, and does something to the board after the third vector. */
async function interrupted(port: string, interrupt: () => void): Promise<KilnError> {
  const inputs = Array.from({ length: 200 }, (_, i) => new Int8Array(TINY.inputSize).fill(i));
  const onProgress = (done: number) => done === 3 && interrupt();
  const common = { modelHash: TINY.hash, inputs, expected: inputs.map(runTiny), timeoutMs: TIMEOUT_MS, onProgress };
  return (await failureOf(async () => validate({ link: await bench.open(port), ...common }))) as KilnError;
}

describe('in the middle of a validation', () => {
  it('a board that vanishes is a fault of the device that names the port', async () => {
    const { port, pid } = await bench.start(elf);
    const failure = await interrupted(port, () => process.kill(pid, 'SIGKILL'));
    expect(failure).toMatchObject({ fault: 'device', exitCode: 3 });
    expect(['board-lost', 'board-silent']).toContain(failure.code);
    expect(failure.message).toContain(`port ${port}: `);
  });

  it('a board that freezes is given up after the timeout', async () => {
    const { port, pid } = await bench.start(elf);
    const failure = await interrupted(port, () => process.kill(pid, 'SIGSTOP'));
    expect(failure).toMatchObject({ code: 'board-silent', exitCode: 3 });
    expect(failure.message).toContain(`port ${port}: no board answered within 4 s`);
  });
});

describe('a port', () => {
  it('of a virtual board that has ended is not opened: its pseudo-terminal may be another by then', async () => {
    const { port, pid } = await bench.start(elf);
    expect(livePort(port)).toBe(port);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() =>
      expect(() => livePort(port)).toThrow(`port ${port}: the virtual board ${BOARD.name} has ended`),
    );
    expect(livePort('/dev/ttyACM0')).toBe('/dev/ttyACM0');
  });

  const path = (name: string) => join(bench.folder, name);

  it('that does not exist is the user to mend', async () => {
    const failure = await failureOf(() => openLink(path('ttyNone')));
    expect(failure).toMatchObject({ code: 'port-missing', exitCode: 2 });
    expect(String(failure)).toContain(`port ${path('ttyNone')}: no such port`);
  });

  it('whose link leads nowhere does not exist', async () => {
    symlinkSync(path('gone'), path('dangling'));
    expect(await failureOf(() => openLink(path('dangling')))).toMatchObject({ code: 'port-missing', exitCode: 2 });
  });

  it('that another has open is busy', async () => {
    const { port } = await bench.start(elf);
    await bench.open(port);
    const failure = await failureOf(() => openLink(port));
    expect(failure).toMatchObject({ code: 'port-busy', exitCode: 2 });
    expect(String(failure)).toContain(`port ${port}: another program has it open`);
  });

  it.each(['file', 'folder'])('that is a %s is no serial port', async (kind) => {
    const target = path(`a-${kind}`);
    if (kind === 'file') closeSync(openSync(target, 'w'));
    else mkdirSync(target);
    expect(await failureOf(() => openLink(target))).toMatchObject({ code: 'port-unusable', exitCode: 2 });
  });

  it('may be closed at any time, twice, and what waits is told', async () => {
    const { port } = await bench.start(elf);
    const link = await bench.open(port);
    const waiting = failureOf(() => link.readLine(60_000));
    link.write('x'.repeat(100_000));
    await link.close();
    await link.close();
    expect(await waiting).toMatchObject({ code: 'board-lost' });
    link.write('name%');
    expect(await failureOf(() => link.readLine(10))).toMatchObject({ code: 'board-lost' });
  });
});

describe('starting a virtual board', () => {
  const options = () => ({ folder: bench.virtual });

  it('wants firmware that exists', async () => {
    const failure = await failureOf(() => startVirtualBoard(BOARD, join(bench.folder, 'no.elf'), options()));
    expect(failure).toMatchObject({ code: 'firmware-missing', exitCode: 2 });
  });

  it('wants a board that an emulator runs', async () => {
    const failure = await failureOf(() => startVirtualBoard(loadBoard('generic-stm32f405'), elf, options()));
    expect(failure).toMatchObject({ code: 'board-not-virtual', exitCode: 2 });
  });

  it('says why QEMU did not start', async () => {
    const wrong = join(bench.folder, 'wrong.elf');
    writeFileSync(wrong, '\x7fELF is all there is');
    const failure = await failureOf(() =>
      startVirtualBoard({ ...BOARD, emulator: { machine: 'no-such' } }, wrong, options()),
    );
    expect(failure).toMatchObject({ code: 'emulator-failed', exitCode: 3 });
    expect(String(failure)).toContain('unsupported machine type');
  });

  it('says how to install QEMU', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = bench.folder;
    const failure = await failureOf(() => startVirtualBoard(BOARD, elf, options()));
    process.env['PATH'] = path;
    expect(failure).toMatchObject({ code: 'tool-missing', exitCode: 2 });
    expect(String(failure)).toMatch(/qemu-system-arm: not found on PATH.*To install it/);
  });
});
