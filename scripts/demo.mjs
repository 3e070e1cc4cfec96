// The main job on synthetic speech: examples/demo, from recordings to a validated virtual board. Options go to `kiln run`.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = [
  join(root, 'dist', 'cli', 'bin.js'),
  'run',
  '-C',
  join(root, 'examples', 'demo'),
  ...process.argv.slice(2),
];
process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 70;
