// Every board that QEMU runs, each with a port of its own: built, started and validated over its serial port.
import { afterAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../base/random.js';
import { buildProject } from '../../device/build.js';
import { openLink } from '../../device/link.js';
import { BoardClient } from '../../device/protocol.js';
import { validate } from '../../device/validate.js';
import { startVirtualBoard, stopVirtualBoard } from '../../device/virtual/qemu.js';
import { loadBoards, renderProject, writeProject } from '../../firmware-templates/index.js';
import { runTiny, TINY, TINY_FILES } from '../firmware/tiny_model.js';

const TIMEOUT_MS = 10_000;
/** No oscillator ever gets ready in QEMU: the clock of reset is what it has to fall back to. */
const RESET_HZ: Readonly<Record<string, number>> = { stm32f1: 8e6, stm32f2: 16e6, stm32f4: 16e6 };

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-virtual-'));
const virtual = join(folder, 'virtual');
const boards = loadBoards().filter((board) => board.framework === 'bare' && board.emulator);

afterAll(async () => {
  for (const { name } of boards) await stopVirtualBoard(virtual, name);
  rmSync(folder, { recursive: true, force: true });
});

describe.each(boards)('$name', (board) => {
  it('answers, finds 20 vectors equal, and keeps time', async () => {
    const project = join(folder, board.name);
    writeProject(project, renderProject({ board, name: TINY.name, model: TINY_FILES }));
    const { elf } = await buildProject(project);
    const { port } = await startVirtualBoard(board, elf, { folder: virtual });
    const link = await openLink(port);
    try {
      const client = await BoardClient.connect(link, TIMEOUT_MS);
      const hz = board.framework === 'bare' ? RESET_HZ[board.port] : undefined;
      expect(await client.info()).toMatchObject({ model: TINY.hash, coreHz: hz, tickHz: hz });
      const random = new Random(5);
      const inputs = Array.from({ length: 20 }, () =>
        Int8Array.from({ length: TINY.inputSize }, () => random.integer(256)),
      );
      const expected = inputs.map(runTiny);
      const result = await validate({ link, modelHash: TINY.hash, inputs, expected, timeoutMs: TIMEOUT_MS });
      expect(result).toMatchObject({ vectors: 20, equal: 20, mismatches: [] });
      expect(result.ticks.min).toBeGreaterThan(50);
      expect(result.ticks.max - result.ticks.min).toBeLessThan(10);
    } finally {
      await link.close();
    }
  });
});
