// The application's own C around the tiny model, compiled for this computer with sanitizers: its console is stdin and stdout.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../base/files.js';
import {
  loadBoard,
  renderProject,
  writeProject,
  type ProjectFile,
  type StreamSources,
} from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from './tiny_model.js';

const FLAGS = ['-std=c11', '-pedantic', '-O1', '-g', '-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Werror'];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** @param ear the board whose microphone it hears, and the host's port with one @returns the program, and what the compiler said */
export function buildHostApp(
  folder: string,
  model: readonly ProjectFile[] = TINY_FILES,
  stream?: StreamSources,
  ear?: { board: string; port: string },
): { program: string; said: string } {
  const project = join(folder, 'project');
  const board = loadBoard(ear?.board ?? 'virtual-stm32f405');
  const listening = { ...(stream && { stream }), microphone: ear !== undefined };
  const files = renderProject({ board, name: TINY.name, model, buildId: 'b1', ...listening });
  writeProject(project, files);
  const app = files.map(({ path }) => path).filter((path) => /^(app|model|stream)\/.*\.c$/.test(path));
  const sources = [
    ...app.map((path) => join(project, path)),
    join(packageRoot(), 'tests/firmware', ear?.port ?? 'host_port.c'),
  ];
  const includes = ['app', 'model', 'stream', 'runtime/include'].map((path) => `-I${join(project, path)}`);
  const program = join(folder, 'app');
  const { stderr } = spawnSync('cc', [...FLAGS, ...SANITIZERS, ...includes, ...sources, '-o', program], {
    encoding: 'utf8',
  });
  return { program, said: stderr };
}
