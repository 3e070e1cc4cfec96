// Many compiled models in one program and one translation unit: headers are read once, and one run answers for all.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { joinTensors } from '../../base/bytes.js';
import { compile, type CompiledModel, type CompileOptions } from '../../converter/compile.js';
import type { Graph } from '../../converter/graph/graph.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { renderHostProgram, type ProjectFile } from '../../firmware-templates/index.js';

export interface Job {
  graph: Graph;
  /** The bytes of each inference's inputs. */
  inputs: readonly Int8Array[];
}

/** Compiles and runs all jobs' models. @returns for each job, the bytes of each inference's outputs */
export function runBatch(
  jobs: readonly Job[],
  flags: readonly string[],
  options: Pick<CompileOptions, 'core' | 'optimize'> = {},
): Int8Array[][] {
  const models = jobs.map(({ graph }, i) => compile(graph, { name: `m${i}`, tflite: writeTflite(graph), ...options }));
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-batch-'));
  try {
    const files = [...programFiles(models), { path: 'main.c', text: mainOf(models, jobs) }];
    for (const { path, text } of files) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const sources = files.map(({ path }) => path).filter((path) => /^(runtime|main).*\.c$/.test(path));
    expectSuccess(spawnSync('cc', [...flags, '-Iruntime', ...sources, '-o', 'batch'], { cwd: folder }));
    const input = joinTensors(jobs.flatMap(({ inputs }) => inputs));
    const run = spawnSync(join(folder, 'batch'), { input, maxBuffer: 2 ** 28 });
    expectSuccess(run);
    return answers(run.stdout, models, jobs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each model in a folder of its own, the kernels of all in one. */
function programFiles(models: readonly CompiledModel[]): ProjectFile[] {
  const files = new Map<string, ProjectFile>();
  models.forEach((model, i) => {
    for (const { path, text } of renderHostProgram(model.files, `m${i}`, model)) {
      if (path === 'main.c') continue;
      const place = path.startsWith('tk_') ? `runtime/${path}` : `m${i}/${path}`;
      files.set(place, { path: place, text });
    }
  });
  return [...files.values()];
}

function mainOf(models: readonly CompiledModel[], jobs: readonly Job[]): string {
  const runs = models.map(({ inputs, outputs }, i) => {
    const reads = inputs.map(
      (end) => `    if (fread(m${i}_${end.name}(), 1, ${end.bytes}, stdin) != ${end.bytes}) return 1;\n`,
    );
    const writes = outputs.map(
      (end) => `    if (fwrite(m${i}_${end.name}(), 1, ${end.bytes}, stdout) != ${end.bytes}) return 2;\n`,
    );
    return `  m${i}_init();
  for (int i = 0; i < ${jobs[i]!.inputs.length}; i++) {
${reads.join('')}    m${i}_invoke();
${writes.join('')}  }
`;
  });
  const included = models.map((model, i) => includeApart(model, `m${i}`));
  return `#include <stdio.h>\n${included.join('')}int main(void) {\n${runs.join('')}  return 0;\n}\n`;
}

/** Includes a model's source; what is private to it has its name in front, as other models have the same names. */
function includeApart({ files }: CompiledModel, name: string): string {
  const source = files.find(({ path }) => path === 'model.c')!.text;
  const statics = source.matchAll(/^static [^=({\n]*?(\w+)(?:\[\d+\]|\(| =|;)/gm);
  const names = [...new Set([...statics].map((found) => found[1]!))];
  const defines = names.map((word) => `#define ${word} ${name}_private_${word}\n`);
  const undefines = names.map((word) => `#undef ${word}\n`);
  return `${defines.join('')}#include "${name}/model.c"\n${undefines.join('')}`;
}

function expectSuccess({ status, stderr }: { status: number | null; stderr: Buffer }): void {
  if (status !== 0) throw new Error(`status ${status}: ${stderr.toString().slice(0, 4000)}`);
}

function answers(stdout: Buffer, models: readonly CompiledModel[], jobs: readonly Job[]): Int8Array[][] {
  let at = 0;
  const all = models.map(({ outputs }, i) => {
    const size = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
    return jobs[i]!.inputs.map(() => new Int8Array(stdout.subarray(at, (at += size))));
  });
  if (at !== stdout.length) throw new Error(`gave ${stdout.length} B, and ${at} B were expected`);
  return all;
}
