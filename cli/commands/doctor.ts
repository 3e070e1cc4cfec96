import { spawnSync } from 'node:child_process';
import { findProgram, installCommand, knownTools } from '../../device/tools.js';
import type { Run } from '../commands.js';

/** Which tools are here, their versions, and what to type for the missing ones; 1 where one is missing. */
export const run: Run = async (_args, { reporter }) => {
  const tools = knownTools().map((tool) => {
    const path = findProgram(tool.command);
    return { ...tool, path, version: path && version(path), install: installCommand(tool) };
  });
  const modules = await Promise.all([
    loads('serialport', 'talks to boards'),
    loads('@tensorflow/tfjs-node', 'trains with native TensorFlow (optional; wasm is used without it)'),
  ]);
  reporter.table(
    ['', 'what', 'for', 'found'],
    [
      ...tools.map((t) => [t.path ? 'ok' : 'missing', t.command, t.purpose, t.version ?? t.install]),
      ...modules.map((m) => [m.loads ? 'ok' : '-', m.name, m.purpose, m.loads ? 'loads' : 'does not load']),
      ['ok', 'node', 'runs tinykiln', process.version],
    ],
  );
  const missing = tools.filter((tool) => !tool.path);
  for (const tool of missing) reporter.line(`${tool.command}: ${tool.install}`);
  reporter.result({ tools, modules, node: process.version });
  return missing.length > 0 ? 1 : 0;
};

function version(path: string): string {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 5000 });
  return stdout?.split('\n')[0] || 'version unknown';
}

async function loads(name: string, purpose: string): Promise<{ name: string; purpose: string; loads: boolean }> {
  return import(name).then(
    () => ({ name, purpose, loads: true }),
    () => ({ name, purpose, loads: false }),
  );
}
