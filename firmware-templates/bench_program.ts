// The program that the bench runs: the model, its kernels, and a few lines that count around them.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import Mustache from 'mustache';
import { packageRoot } from '../base/files.js';
import type { BenchTarget } from './bench_targets.js';
import type { ProjectFile } from './project_folder.js';
import { runtimeFor } from './runtime_files.js';

export interface BenchEnd {
  name: string;
  bytes: number;
}

export interface BenchProgram {
  /** What the converter generated: model.h and model.c. */
  model: readonly ProjectFile[];
  /** Prefix of its names. */
  name: string;
  inputs: readonly BenchEnd[];
  outputs: readonly BenchEnd[];
  /** Functions of its layers, to count each; none counts the whole inference. */
  layers: readonly string[];
  target: BenchTarget;
}

/** Bytes reserved; what is used is measured. */
const STACK = 32 * 1024;

/** Every file, in one folder; model.c is not to be compiled by itself where there are layers. */
export function renderBenchProgram(program: BenchProgram): ProjectFile[] {
  const { model, name, layers, target } = program;
  const { flash, ram } = target.memory;
  const region = ({ origin, size }: { origin: number; size: number }) => ({ origin: `0x${origin.toString(16)}`, size });
  const ends = (list: readonly BenchEnd[]) => list.map(({ name: end, bytes }) => ({ end, bytes }));
  const view = { name, layers, inputs: ends(program.inputs), outputs: ends(program.outputs) };
  const memory = { name: target.name, stack: STACK, flash: region(flash), ram: region(ram) };
  const source = model.find(({ path }) => path === 'model.c')?.text ?? '';
  return [
    ...model.filter(({ path }) => /^model\.[ch]$/.test(path)),
    ...runtimeFor(source).map(({ path, text }) => ({ path: basename(path), text })),
    ...fixedFiles(),
    { path: 'main.c', text: Mustache.render(template('main.c'), view) },
    { path: 'bench.ld', text: Mustache.render(template('bench.ld'), memory) },
  ];
}

function folder(): string {
  return join(packageRoot(), 'firmware-templates', 'bench');
}

function fixedFiles(): ProjectFile[] {
  const names = readdirSync(folder()).filter((name) => /\.[ch]$/.test(name));
  return names.map((path) => ({ path, text: readFileSync(join(folder(), path), 'utf8') }));
}

function template(name: string): string {
  return readFileSync(join(folder(), `${name}.mustache`), 'utf8');
}
