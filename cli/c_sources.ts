// A model as C sources in a folder of the user's: what any project compiles beside its own files.
import { basename, join } from 'node:path';
import { writeAtomic } from '../base/files.js';
import { compile, type CompiledModel, type CompileOptions } from '../converter/compile.js';
import type { Graph } from '../converter/graph/graph.js';
import { runtimeFor } from '../firmware-templates/index.js';

export interface CSources {
  folder: string;
  files: string[];
  arenaBytes: number;
  weightBytes: number;
}

/**
 * Writes model.h and model.c, the kernels that they call, and the .tflite as an array for TFLite Micro, all in one folder;
 * what else is there stays.
 */
export function writeCSources(graph: Graph, folder: string, options: CompileOptions): CSources {
  const compiled = compile(graph, options);
  const files = [...compiled.files, ...kernelsOf(compiled)];
  for (const { path, text } of files) writeAtomic(join(folder, path), text);
  const { plan, weightBytes } = compiled;
  return { folder, files: files.map(({ path }) => path), arenaBytes: plan.arenaBytes, weightBytes };
}

function kernelsOf({ files }: CompiledModel) {
  const source = files.find(({ path }) => path === 'model.c')!.text;
  return runtimeFor(source).map(({ path, text }) => ({ path: basename(path), text }));
}
