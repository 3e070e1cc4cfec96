// The part of a project that is the board's: start-up, clock, console and timer as sources, its facts, its linker script.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mustache from 'mustache';
import { packageRoot } from '../base/files.js';
import type { BareBoard } from './board_schema.js';
import type { ProjectFile } from './project_folder.js';
import { chipOfMcu } from './stm32_chips.js';

/** What all families share: of this folder a port takes what its sources include, headers and the sources beside them. */
const COMMON = 'stm32';
const ROOTS = ['port.c', 'startup.c'];

/** Files under port/, and linker.ld beside it. */
export function portFiles(board: BareBoard): ProjectFile[] {
  const view = viewOf(board);
  const rendered = (name: string) =>
    Mustache.render(readFileSync(join(folder(COMMON), `${name}.mustache`), 'utf8'), view);
  return [
    ...[...sourcesOf(board)].map(([name, text]) => ({ path: `port/${name}`, text })),
    { path: 'port/board.h', text: rendered('board.h') },
    { path: 'linker.ld', text: rendered('linker.ld') },
  ];
}

/** Name → text. */
function sourcesOf({ port, microphone }: BareBoard): Map<string, string> {
  const files = new Map<string, string>();
  const take = (from: string, name: string) => {
    const path = join(folder(from), name);
    if (files.has(name) || !existsSync(path)) return;
    const text = readFileSync(path, 'utf8');
    files.set(name, text);
    for (const [, stem] of text.matchAll(/^#include "(\w+)\.h"/gm))
      for (const end of 'hc') take(COMMON, `${stem}.${end}`);
  };
  for (const name of readdirSync(folder(port)).filter((file) => /\.[ch]$/.test(file))) take(port, name);
  for (const name of ROOTS) take(COMMON, name);
  if (microphone) take(COMMON, `microphone_${microphone.driver}.c`);
  return files;
}

function folder(port: string): string {
  return join(packageRoot(), 'firmware-templates', 'ports', port);
}

function viewOf(board: BareBoard): Record<string, unknown> {
  const { memory, console, stack, microphone } = board;
  const more = Object.entries(memory.more).map(([section, region]) => ({
    ...{ section, name: section.toUpperCase(), ...inHex(region) },
  }));
  return {
    ...{ board, flash: inHex(memory.flash), ram: inHex(memory.ram), more, stack },
    ...{ tx: pinOf(console.tx), rx: pinOf(console.rx), alternate: console.alternate?.toString() },
    systemMemory: systemMemoryOf(board),
    microphone: microphone && { ...microphone, clock: pinOf(microphone.clock), data: pinOf(microphone.data) },
  };
}

/** Left out where nothing is known of it; a Cortex-M0 could not be given its vectors. */
function systemMemoryOf({ core, mcu }: BareBoard): string | undefined {
  const chip = core === 'cortex-m0' ? undefined : chipOfMcu(mcu);
  return chip && inHex({ origin: chip.systemMemory, size: 0 }).origin;
}

/** As a template shows a region. */
export function inHex({ origin, size }: { origin: number; size: number }) {
  return { origin: `0x${origin.toString(16).padStart(8, '0')}`, size, kib: size / 1024 };
}

function pinOf(name: string) {
  return { port: name[1], pin: Number(name.slice(2)) };
}
