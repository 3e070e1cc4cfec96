// Are the programs there that tinykiln calls, new enough and whole: everything about each of them is in tools.json.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Board } from '../../firmware-templates/index.js';
import { findTool, installAdvice, type Tool } from '../tools.js';
import { atLeast, type Check } from './check.js';

const RUN_TIMEOUT_MS = 10_000;

/** One check for each tool; those that the board's sheet asks for are needed. @param all the boards that may be named */
export function toolChecks(tools: readonly Tool[], board: Board, all: readonly Board[]): Check[] {
  const needed = neededTools(tools, board);
  return tools.map((tool) => {
    const boards = all.filter((other) => serves(tool, other) || flashes(tool, other)).map(({ name }) => name);
    const common = { name: tool.command, area: 'tools', why: tool.purpose, needed: needed.has(tool) } as const;
    return checkTool(tool, boards.length > 0 ? { ...common, boards } : common);
  });
}

/** Of several ways of flashing one is enough: the first, unless another can be used at once. */
function neededTools(tools: readonly Tool[], board: Board): Set<Tool> {
  const flashers = board.flash.map(({ method }) => tools.find((tool) => tool.for.flash?.includes(method)));
  const flashable = flashers.some((tool) => tool === undefined || findTool(tool) !== undefined);
  const first = flashable ? [] : flashers.slice(0, 1);
  const others = tools.filter((tool) => serves(tool, board));
  return new Set([...first.filter((tool) => tool !== undefined), ...others]);
}

function flashes({ for: { flash = [] } }: Tool, board: Board): boolean {
  return board.flash.some(({ method }) => flash.includes(method));
}

/** Other than by flashing. A sketch is compiled by arduino-cli, which brings compilers of its own. */
function serves({ for: { compiler, emulator, framework, usb } }: Tool, board: Board): boolean {
  return (
    framework === board.framework ||
    (board.framework === 'bare' && compiler === board.compiler.prefix) ||
    (emulator === true && board.emulator !== undefined) ||
    (usb === true && board.usb.application.length > 0)
  );
}

function checkTool(tool: Tool, common: Omit<Check, 'status' | 'found'>): Check {
  const todo = installAdvice(tool);
  const path = findTool(tool);
  if (!path) return { ...common, status: 'missing', found: 'not on PATH', todo };
  const version = versionOf(path, tool.version.args);
  const { minimum } = tool.version;
  if (version && minimum && !atLeast(version, minimum)) {
    return { ...common, status: 'too old', found: version, todo: `${todo} (${minimum} or newer is needed)` };
  }
  const found = version ?? 'version unknown';
  if (tool.compiles && !compiles(path, tool.compiles)) {
    return { ...common, status: 'problem', found: `${found}, without ${tool.compiles.proves}`, todo };
  }
  return { ...common, status: 'ok', found };
}

/** The first dotted number that a program prints; undefined where there is none. */
export function versionOf(path: string, args: readonly string[]): string | undefined {
  const { stdout, stderr } = spawnSync(path, args, { encoding: 'utf8', timeout: RUN_TIMEOUT_MS });
  const text = `${stdout ?? ''}\n${stderr ?? ''}`;
  return (/\d+(\.\d+)+/.exec(text) ?? /^\d+$/m.exec(text))?.[0];
}

function compiles(compiler: string, { args, source }: NonNullable<Tool['compiles']>): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-doctor-'));
  try {
    const all = [...args, '-x', 'c', '-', '-o', join(folder, 'program')];
    return spawnSync(compiler, all, { input: source, timeout: RUN_TIMEOUT_MS }).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether the emulator knows the machine that stands for a board; undefined where it has none, or no emulator is there. */
export function machineCheck(tools: readonly Tool[], { name, emulator }: Board): Check | undefined {
  const tool = tools.find((known) => known.for.emulator);
  const path = tool && findTool(tool);
  if (!tool || !path || !emulator) return undefined;
  const { stdout } = spawnSync(path, ['-M', 'help'], { encoding: 'utf8', timeout: RUN_TIMEOUT_MS });
  const known = (stdout ?? '').split('\n').some((line) => line.split(' ')[0] === emulator.machine);
  const common = {
    name: `machine ${emulator.machine}`,
    area: 'tools',
    why: `stands for ${name}`,
    needed: true,
  } as const;
  if (known) return { ...common, status: 'ok', found: `${tool.command} has it` };
  return { ...common, status: 'missing', found: `${tool.command} does not know it`, todo: installAdvice(tool) };
}
