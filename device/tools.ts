// The programs that tinykiln calls: found on PATH, and where missing, how to install them here.
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { KilnError } from '../base/errors.js';
import { packageRoot } from '../base/files.js';

export interface Tool {
  command: string;
  purpose: string;
  apt: string[];
  brew: string[];
}

/** Every program of tools.json, which the set-up script reads too. */
export function knownTools(): Tool[] {
  return JSON.parse(readFileSync(join(packageRoot(), 'firmware-templates', 'tools.json'), 'utf8')) as Tool[];
}

/** Where a program lies on PATH, or undefined. */
export function findProgram(command: string, path = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

/** What to type to install a tool on this platform. */
export function installCommand(tool: Tool, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'darwin') return `brew install ${tool.brew.join(' ')}`;
  if (platform === 'linux') return `sudo apt-get install ${tool.apt.join(' ')}`;
  return `install ${tool.command} and put it on PATH`;
}

/** The path of a tool. @throws KilnError `tool-missing` that says what it is for and how to install it. */
export function requireTool(command: string): string {
  const found = findProgram(command);
  if (found) return found;
  const tool = knownTools().find((known) => known.command === command);
  const what = `not found on PATH${tool ? `; it ${tool.purpose}` : ''}`;
  const todo = `Install it: \`${tool ? installCommand(tool) : command}\`; \`kiln doctor\` checks all tools.`;
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
