// The application's own C around the tiny model, compiled for this computer with sanitizers: its console is stdin and stdout.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../base/files.js';
import { loadBoard, renderProject, writeProject, type ProjectFile } from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from './tiny_model.js';

const FLAGS = ['-std=c11', '-pedantic', '-O1', '-g', '-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Werror'];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** @returns the program, and what the compiler said */
export function buildHostApp(
  folder: string,
  model: readonly ProjectFile[] = TINY_FILES,
): { program: string; said: string } {
  const project = join(folder, 'project');
  const board = loadBoard('virtual-stm32f405');
  const files = renderProject({ board, name: TINY.name, model, buildId: 'b1' });
  writeProject(project, files);
  const app = files.map(({ path }) => path).filter((path) => /^(app|model)\/.*\.c$/.test(path));
  const sources = [...app.map((path) => join(project, path)), join(packageRoot(), 'tests/firmware/host_port.c')];
  const includes = [`-I${join(project, 'app')}`, `-I${join(project, 'model')}`];
  const program = join(folder, 'app');
  const { stderr } = spawnSync('cc', [...FLAGS, ...SANITIZERS, ...includes, ...sources, '-o', program], {
    encoding: 'utf8',
  });
  return { program, said: stderr };
}
