// Everything that tinykiln wants of a machine, looked for: what is there, what a board needs of it, how to mend it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../base/files.js';
import { loadBoards, type Board } from '../../firmware-templates/index.js';
import { knownTools } from '../tools.js';
import { atLeast, type Check } from './check.js';
import { serialChecks } from './serial.js';
import { machineCheck, toolChecks } from './tools.js';

/** @param board whose needs count. */
export async function examine(board: Board, all: readonly Board[] = loadBoards()): Promise<Check[]> {
  const tools = knownTools();
  const machine = machineCheck(tools, board);
  return [
    nodeCheck(process.versions.node),
    await moduleCheck('serialport', 'talks to boards', 'run `npm rebuild @serialport/bindings-cpp`', true),
    await moduleCheck(
      '@tensorflow/tfjs-node',
      'trains faster; wasm is used without it',
      'run `npm install --include=optional`',
    ),
    ...toolChecks(tools, board, all),
    ...(machine ? [machine] : []),
    ...(process.platform === 'linux' ? serialChecks(board, all) : []),
  ];
}

/** @param version without the `v`. */
export function nodeCheck(version: string): Check {
  const { engines } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const minimum = /[\d.]+/.exec(engines.node)![0];
  const common = { name: 'node', area: 'node', found: version, why: 'runs tinykiln', needed: true } as const;
  if (atLeast(version, minimum)) return { ...common, status: 'ok' };
  return { ...common, status: 'too old', todo: `get ${minimum} or newer from https://nodejs.org` };
}

async function moduleCheck(name: string, why: string, todo: string, needed = false): Promise<Check> {
  const common = { name, area: 'node', why, needed } as const;
  return import(name).then(
    () => ({ ...common, status: 'ok', found: 'loads' }) as const,
    () => ({ ...common, status: 'missing', found: 'does not load', todo }) as const,
  );
}
