// The same generated C and kernels as a program for this computer: reads tensors, writes tensors.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mustache from 'mustache';
import { packageRoot } from '../base/files.js';
import type { ProjectFile } from './project_folder.js';

const templates = () => join(packageRoot(), 'firmware-templates');

/** Every file of the program, in one folder. @param model model.h and model.c @param name their prefix */
export function renderHostProgram(model: readonly ProjectFile[], name: string): ProjectFile[] {
  const main = readFileSync(join(templates(), 'host', 'main.c.mustache'), 'utf8');
  return [
    ...model.filter(({ path }) => /^model\.[ch]$/.test(path)),
    ...runtimeFiles('include'),
    ...runtimeFiles('src'),
    { path: 'main.c', text: Mustache.render(main, { name, macro: name.toUpperCase() }) },
  ];
}

function runtimeFiles(folder: string): ProjectFile[] {
  const from = join(templates(), 'runtime', folder);
  return readdirSync(from).map((path) => ({ path, text: readFileSync(join(from, path), 'utf8') }));
}
