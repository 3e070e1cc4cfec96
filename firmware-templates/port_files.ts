// The part of a project that is the board's: start-up, clock, console and timer as sources, its facts, its linker script.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mustache from 'mustache';
import { packageRoot } from '../base/files.js';
import type { BareBoard } from './board_schema.js';
import type { ProjectFile } from './project_folder.js';

/** Files under port/, and linker.ld beside it. */
export function portFiles(board: BareBoard): ProjectFile[] {
  const folder = join(packageRoot(), 'firmware-templates', 'ports', board.port);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const view = viewOf(board);
  const rendered = (name: string) => Mustache.render(read(`${name}.mustache`), view);
  const sources = readdirSync(folder).filter((name) => /\.[ch]$/.test(name));
  return [
    ...sources.sort().map((name) => ({ path: `port/${name}`, text: read(name) })),
    { path: 'port/board.h', text: rendered('board.h') },
    { path: 'linker.ld', text: rendered('linker.ld') },
  ];
}

function viewOf(board: BareBoard): Record<string, unknown> {
  const { memory, clock, console, stack } = board;
  const more = Object.entries(memory.more).map(([name, region]) => ({ name: name.toUpperCase(), ...inHex(region) }));
  return {
    ...{ board, flash: inHex(memory.flash), ram: inHex(memory.ram), more, stack },
    ...{ crystal: clock.crystal, baud: console.baud, tx: pinOf(console.tx), rx: pinOf(console.rx) },
  };
}

/** As a template shows a region. */
export function inHex({ origin, size }: { origin: number; size: number }) {
  return { origin: `0x${origin.toString(16).padStart(8, '0')}`, size, kib: size / 1024 };
}

function pinOf(name: string) {
  return { port: name[1], pin: Number(name.slice(2)) };
}
