// Cores that QEMU runs and counts the instructions of: fact sheets like those of boards, without what a board has around.
import { join } from 'node:path';
import { z } from 'zod';
import { coreSchema } from './board_schema.js';
import { boardFolder } from './board_folders.js';
import { boardNames, invalid, loadBoard, resolveSheet, whatIsWrong } from './boards.js';
import { KilnError } from '../base/errors.js';
import { address, region } from './sheet_values.js';

const benchSchema = coreSchema.extend({
  /** QEMU's. */
  machine: z.string().min(1),
  memory: z.strictObject({ flash: region, ram: region }),
  /** What reads virtual time: its kind, its first register, its frequency. */
  counter: z.strictObject({
    kind: z.enum(['cmsdk-timer', 'systick']),
    address,
    hz: z.number().int().positive(),
  }),
});

export type BenchTarget = { readonly name: string } & z.output<typeof benchSchema>;

function folder(): string {
  return join(boardFolder(), 'bench');
}

export function benchTargets(): BenchTarget[] {
  return boardNames([folder()]).map((name) => loadSheet(name));
}

/**
 * The core of this name, or the one of a board.
 * @throws KilnError `board-unknown`, `board-invalid`; `bench-none` where QEMU counts on no such core
 */
export function loadBenchTarget(name: string): BenchTarget {
  const targets = benchTargets();
  const found = targets.find((target) => target.name === name);
  if (found) return found;
  if (!boardNames().includes(name)) {
    const known = [...targets.map((target) => target.name), ...boardNames()].join(', ');
    throw new KilnError('board-unknown', {
      where: `board ${name}`,
      what: 'no board of this name is known',
      todo: `Choose one of ${known}.`,
    });
  }
  const { core } = loadBoard(name);
  const same = targets.find((target) => target.core === core);
  if (same) return same;
  const todo = `Choose one of ${targets.map((target) => target.name).join(', ')}.`;
  throw new KilnError('bench-none', {
    where: `board ${name}`,
    what: `no emulator counts the instructions of a ${core}`,
    todo,
  });
}

function loadSheet(name: string): BenchTarget {
  const checked = benchSchema.safeParse(resolveSheet(`bench/${name}`, [boardFolder()]));
  if (!checked.success) throw invalid(join(folder(), `${name}.json`), whatIsWrong(checked.error.issues[0]!));
  return { name, ...checked.data };
}
