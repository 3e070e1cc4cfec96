// The firmware as QEMU runs it, over a pseudo-terminal: what a board on a cable would say.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { flash } from '../../device/flashers/index.js';
import { listPorts } from '../../device/ports.js';
import { BoardClient } from '../../device/protocol.js';
import { validate } from '../../device/validate.js';
import { stopVirtualBoard } from '../../device/virtual/qemu.js';
import { readState, writeState } from '../../device/virtual/state.js';
import { Random } from '../../base/random.js';
import { runTiny, TINY } from '../firmware/tiny_model.js';
import { BOARD, failureOf, Workbench } from './workbench.js';

const TIMEOUT_MS = 5000;
const bench = new Workbench();
let elf: string;
let port: string;

beforeAll(async () => {
  ({ elf } = await bench.build());
  ({ port } = await bench.start(elf));
});

afterEach(() => bench.closeLinks());
afterAll(() => bench.clear());

function vectors(n: number, seed: number): Int8Array[] {
  const random = new Random(seed);
  return Array.from({ length: n }, () => Int8Array.from({ length: TINY.inputSize }, () => random.integer(256)));
}

describe('the protocol over the link', () => {
  it('answers each command', async () => {
    const board = await BoardClient.connect(await bench.open(port), TIMEOUT_MS);
    expect(await board.name()).toBe('tinykiln');
    expect(await board.profile()).toEqual({ profile: 'ULPMark for tinyML Firmware V0.0.1', model: 'tiny' });
    expect(await board.info()).toEqual({
      model: TINY.hash,
      inputSize: 490,
      outputSize: 12,
      arenaBytes: 490,
      tickHz: 16_000_000, // no crystal starts in QEMU
      coreHz: 16_000_000,
      runtime: 'compiled',
      build: 'b1',
    });
    const [input] = vectors(1, 3);
    await board.loadInput(input!);
    const { microseconds, results } = await board.infer(3, 1);
    expect(microseconds).toBeGreaterThan(0);
    expect(results).toHaveLength(12);
    expect(await board.results()).toEqual(results);
    expect((await board.output()).output).toEqual(runTiny(input!));
  });

  it('goes on after a refusal, naming the command and the port', async () => {
    const board = await BoardClient.connect(await bench.open(port), TIMEOUT_MS);
    const failure = await failureOf(() => board.command('infer never'));
    expect(failure).toMatchObject({ code: 'board-refused', exitCode: 3 });
    expect(String(failure)).toContain(`port ${port}: the board refused \`infer never\`: e-[`);
    expect(await board.name()).toBe('tinykiln');
  });

  it('finds its way after a session that ended in the middle of a command', async () => {
    const link = await bench.open(port);
    await BoardClient.connect(link, TIMEOUT_MS);
    link.write('db load 4%db 0102');
    expect(await link.readLine(TIMEOUT_MS)).toBe('m-[Expecting 4 bytes]');
    await bench.closeLinks();
    const board = await BoardClient.connect(await bench.open(port), TIMEOUT_MS);
    expect(await board.name()).toBe('tinykiln');
    expect((await board.info()).model).toBe(TINY.hash);
  });
});

describe('validate', () => {
  it('finds 20 vectors equal, each in the same number of instructions', async () => {
    const inputs = vectors(20, 1);
    const seen: number[] = [];
    const result = await validate({
      link: await bench.open(port),
      modelHash: TINY.hash,
      inputs,
      expected: inputs.map(runTiny),
      timeoutMs: TIMEOUT_MS,
      onProgress: (done) => seen.push(done),
    });
    expect(result).toMatchObject({ vectors: 20, equal: 20, mismatches: [] });
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(result.ticks.min).toBe(result.ticks.max);
    expect(result.ticks.min).toBeGreaterThan(TINY.inputSize);
  });

  it('names the first element that differs', async () => {
    const inputs = vectors(3, 2);
    const expected = inputs.map(runTiny);
    const actual = expected[1]![7]!;
    expected[1]![7] = actual ^ 1;
    const options = { link: await bench.open(port), modelHash: TINY.hash, inputs, expected, timeoutMs: TIMEOUT_MS };
    expect(await validate(options)).toMatchObject({
      equal: 2,
      mismatches: [{ index: 1, element: 7, expected: actual ^ 1, actual }],
    });
  });

  it('refuses to compare with another model', async () => {
    const inputs = vectors(1, 2);
    const options = { modelHash: 'f'.repeat(16), inputs, expected: inputs.map(runTiny), timeoutMs: TIMEOUT_MS };
    const failure = await failureOf(async () => validate({ ...options, link: await bench.open(port) }));
    expect(failure).toMatchObject({ code: 'model-mismatch', exitCode: 2 });
    expect(String(failure)).toContain(`runs the model ${TINY.hash}`);
  });
});

describe('a virtual board', () => {
  it('is listed with its board while it runs', async () => {
    const { ports } = await listPorts([bench.virtual]);
    expect(ports).toContainEqual(expect.objectContaining({ path: port, boards: [BOARD.name], virtual: true }));
  });

  it('keeps its path when it is started again, and is gone when it is stopped', async () => {
    const again = await bench.start(elf);
    expect(again.port).toBe(port);
    await BoardClient.connect(await bench.open(port), TIMEOUT_MS);
    expect(await stopVirtualBoard(bench.virtual, BOARD.name)).toBe(true);
    expect(await stopVirtualBoard(bench.virtual, BOARD.name)).toBe(false);
    expect(existsSync(port)).toBe(false);
    expect((await listPorts([bench.virtual])).ports.filter((listed) => listed.virtual)).toEqual([]);
  });

  it('that was flashed goes on without this process, in a session of its own', async () => {
    const { port: flashed } = await flash(BOARD, elf, { virtualFolder: bench.virtual });
    const { pid } = readState(bench.virtual, BOARD.name)!;
    await BoardClient.connect(await bench.open(flashed!), TIMEOUT_MS);
    const found = spawnSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' });
    if (!found.error) expect(Number(found.stdout)).toBe(pid);
  });

  it('is not taken for running when its process is another', async () => {
    const state = readState(bench.virtual, BOARD.name)!;
    writeState(bench.virtual, { ...state, pid: process.pid, elf: '/no/such.elf' });
    expect(readState(bench.virtual, BOARD.name)).toBeUndefined();
    writeState(bench.virtual, state);
    expect(readState(bench.virtual, BOARD.name)).toEqual(state);
  });
});

describe('flash', () => {
  it('says what to do with a board that tinykiln cannot flash', async () => {
    const failure = await failureOf(() => flash({ ...BOARD, flash: [] }, elf, { virtualFolder: bench.virtual }));
    expect(failure).toMatchObject({ code: 'flash-unsupported', exitCode: 2 });
    expect(String(failure)).toContain('firmware.hex');
  });
});
