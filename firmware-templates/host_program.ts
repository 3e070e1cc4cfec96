// The same generated C and kernels as a program for this computer: reads tensors, writes tensors.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Mustache from 'mustache';
import { packageRoot } from '../base/files.js';
import type { ProjectFile } from './project_folder.js';
import { runtimeFor } from './runtime_files.js';

const templates = () => join(packageRoot(), 'firmware-templates');

/** What a program reads or writes, as the model's header has it: `input` of `count` elements. */
export interface ModelEnd {
  name: string;
  count: number;
}

/** Every file of the program, in one folder. @param model model.h and model.c @param name their prefix */
export function renderHostProgram(
  model: readonly ProjectFile[],
  name: string,
  { inputs, outputs }: { inputs: readonly ModelEnd[]; outputs: readonly ModelEnd[] },
): ProjectFile[] {
  const view = (ends: readonly ModelEnd[]) => ends.map(({ name: end, count }) => ({ end, count }));
  const main = readFileSync(join(templates(), 'host', 'main.c.mustache'), 'utf8');
  return [
    ...model.filter(({ path }) => /^model\.[ch]$/.test(path)),
    ...runtimeFor(sourceOf(model)).map(({ path, text }) => ({ path: basename(path), text })),
    { path: 'main.c', text: Mustache.render(main, { name, inputs: view(inputs), outputs: view(outputs) }) },
  ];
}

function sourceOf(model: readonly ProjectFile[]): string {
  return model.find(({ path }) => path === 'model.c')?.text ?? '';
}
