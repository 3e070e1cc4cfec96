// The programs that tinykiln calls: found on PATH, and where missing, how to install them here.
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { KilnError } from '../base/errors.js';
import { packageRoot } from '../base/files.js';

/** Package managers that tools.json has names for, as their programs are called. */
const INSTALL = {
  apt: { program: 'apt-get', command: 'sudo apt-get install' },
  dnf: { program: 'dnf', command: 'sudo dnf install' },
  pacman: { program: 'pacman', command: 'sudo pacman -S' },
  brew: { program: 'brew', command: 'brew install' },
  winget: { program: 'winget', command: 'winget install' },
} as const;

export type PackageManager = keyof typeof INSTALL;

const packages = z.array(z.string().min(1)).min(1).optional();

export const toolSchema = z.strictObject({
  command: z.string().min(1),
  /** Other names that it goes by. */
  also: z.array(z.string()).optional(),
  /** The one that has it. */
  platform: z.enum(['linux']).optional(),
  /** What it does, as in "it …". */
  purpose: z.string().min(1),
  /** The set-up script of a clone installs it. */
  setup: z.literal(true).optional(),
  /** Boards that need it: those with any of these. None: no board does. */
  for: z.strictObject({
    /** Prefix of their compiler. */
    compiler: z.string().optional(),
    emulator: z.literal(true).optional(),
    framework: z.enum(['bare', 'arduino']).optional(),
    /** Ports of their own, over USB. */
    usb: z.literal(true).optional(),
    /** Ways of flashing: one that can be used is enough. */
    flash: z.array(z.string()).optional(),
  }),
  version: z.strictObject({
    args: z.array(z.string()),
    minimum: z
      .string()
      .regex(/^\d+(\.\d+)*$/)
      .optional(),
  }),
  /** A program that it has to compile and link, which proves a library that some systems package apart. */
  compiles: z.strictObject({ args: z.array(z.string()), source: z.string(), proves: z.string() }).optional(),
  apt: packages,
  dnf: packages,
  pacman: packages,
  brew: packages,
  winget: packages,
  /** Where it comes from, for systems without a package of it. */
  url: z.url(),
});

export type Tool = z.output<typeof toolSchema>;

/** Every program of tools.json that this platform has, which the set-up script reads too. */
export function knownTools(): Tool[] {
  const path = join(packageRoot(), 'firmware-templates', 'tools.json');
  const tools = z.array(toolSchema).parse(JSON.parse(readFileSync(path, 'utf8')));
  return tools.filter(({ platform }) => platform === undefined || platform === process.platform);
}

/** Where a program lies on PATH, or undefined. */
export function findProgram(command: string, path = process.env['PATH'] ?? ''): string | undefined {
  const names = process.platform === 'win32' ? [`${command}.exe`, command] : [command];
  return path
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable);
}

/** Where a tool lies on PATH by any of its names, or undefined. */
export function findTool({ command, also = [] }: Tool): string | undefined {
  return [command, ...also].map((name) => findProgram(name)).find((path) => path !== undefined);
}

/** The one that this system has, or undefined. */
export function packageManager(): PackageManager | undefined {
  return (Object.keys(INSTALL) as PackageManager[]).find((name) => findProgram(INSTALL[name].program));
}

/** What to type to install a tool, or where to get it: an imperative. */
export function installAdvice(tool: Tool, manager: PackageManager | undefined = packageManager()): string {
  const names = manager && tool[manager];
  if (!names) return `get it from ${tool.url} and put it on PATH`;
  return `\`${INSTALL[manager].command} ${names.join(' ')}\``;
}

/** The path of a tool. @throws KilnError `tool-missing` that says what it is for and how to install it. */
export function requireTool(command: string): string {
  const found = findProgram(command);
  if (found) return found;
  const tool = knownTools().find((known) => known.command === command);
  const what = `not found on PATH${tool ? `; it ${tool.purpose}` : ''}`;
  const todo = `To install it, ${tool ? installAdvice(tool) : `get ${command}`}; \`kiln doctor\` checks all tools.`;
  throw new KilnError('tool-missing', { where: command, what, todo });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
