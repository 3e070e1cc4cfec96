// Many compiled models in one program: their kernels are built once, and one run answers for all.
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
    const units = files.map(({ path }) => path).filter((path) => path.endsWith('.c'));
    expectSuccess(spawnSync('cc', [...flags, '-Iruntime', ...units, '-o', 'batch'], { cwd: folder }));
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
  const headers = models.map((_, i) => `#include "m${i}/model.h"\n`);
  return `#include <stdio.h>\n${headers.join('')}int main(void) {\n${runs.join('')}  return 0;\n}\n`;
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
