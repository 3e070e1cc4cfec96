// A model on a core that QEMU runs: instructions, code, RAM and stack, all of them counted, and the outputs to compare.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinTensors } from '../base/bytes.js';
import { KilnError } from '../base/errors.js';
import { renderBenchProgram, type BenchEnd, type BenchTarget, type ProjectFile } from '../firmware-templates/index.js';
import { measure } from './size/measure.js';
import { stackBounds, type StackBound } from './stack.js';
import { requireTool } from './tools.js';

export interface BenchOptions {
  /** What the converter generated: model.h and model.c. */
  files: readonly ProjectFile[];
  /** Prefix of its names. */
  name: string;
  inputs: readonly BenchEnd[];
  outputs: readonly BenchEnd[];
  /** C functions of its layers, in order. */
  layers: readonly string[];
  target: BenchTarget;
  /** The bytes of each inference's inputs: one at least. */
  vectors: readonly Int8Array[];
  /** Compiler's optimization: -O2 … */
  optimization: string;
}

export interface BenchResult {
  /** Of each inference, and of each layer in the first. */
  instructions: number[];
  layers: number[];
  /** Bytes of each inference's outputs. */
  outputs: Int8Array[];
  /** Bytes below the caller that an inference used at most. */
  stack: number;
  /** What no inference can go beyond. */
  stackBound: StackBound;
  /** Bytes that the model adds to a program: code with constants, and RAM that is not its arena. */
  flash: number;
  ram: number;
  /** The compiler and its flags, as they were used. */
  compiler: string;
}

const FLAGS = ['-std=c99', '-ffunction-sections', '-fdata-sections', '-fno-common'];
const LINK = ['-nostartfiles', '-specs=nano.specs', '-Wl,--gc-sections', '-T', 'bench.ld'];
/** Instructions take 2^shift ns: where a tick is shorter than that, each one can be seen. */
const SHIFTS = { 'cmsdk-timer': 6, systick: 4 } as const;
const TIMEOUT_MS = 600_000;

/** @throws KilnError `tool-missing`, `build-failed`, `bench-failed` */
export function benchModel(options: BenchOptions): BenchResult {
  const whole = new Program({ ...options, layers: [] });
  const parts = new Program({ ...options, vectors: options.vectors.slice(0, 1) });
  const nothing = new Program({ ...options, ...withoutModel(options), layers: [], vectors: [] });
  try {
    const { instructions, stacks, outputs } = whole.counted();
    const [sizes, empty] = [whole.sizes(), nothing.sizes()];
    return {
      instructions,
      stack: Math.max(...stacks),
      stackBound: whole.stackBound(),
      layers: parts.run().counts.map((ticks) => parts.instructions(ticks)),
      outputs,
      flash: sizes.flash - empty.flash,
      ram: sizes.ram - empty.ram,
      compiler: whole.compiler(),
    };
  } finally {
    for (const program of [whole, parts, nothing]) program.remove();
  }
}

/** Of each inference alone. @throws KilnError as `benchModel` */
export function countInstructions(options: Omit<BenchOptions, 'layers'>): number[] {
  const program = new Program({ ...options, layers: [] });
  try {
    return program.counted().instructions;
  } finally {
    program.remove();
  }
}

/** The same program around a model that does nothing and has one buffer: what is left is the model's own. */
function withoutModel({ name, inputs, outputs }: BenchOptions): Pick<BenchOptions, 'files'> {
  const ends = [...inputs, ...outputs].map((end) => `signed char *${name}_${end.name}(void)`);
  const functions = [`void ${name}_init(void)`, `void ${name}_invoke(void)`];
  const header = [...ends, ...functions].map((declaration) => `${declaration};\n`).join('');
  const bodies = [...ends.map((end) => `${end} { return 0; }\n`), ...functions.map((f) => `${f} {}\n`)];
  return {
    files: [
      { path: 'model.h', text: header },
      { path: 'model.c', text: `#include "model.h"\n${bodies.join('')}` },
    ],
  };
}

/** One program in a temporary folder. */
class Program {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kiln-bench-'));
  private overhead = 0;

  constructor(private readonly options: BenchOptions) {
    try {
      this.build();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  private build(): void {
    const { target, name, layers, optimization } = this.options;
    const sources = renderBenchProgram({ ...this.options, model: this.options.files });
    for (const { path, text } of sources) writeFileSync(join(this.folder, path), text);
    const units = sources
      .map(({ path }) => path)
      .filter((path) => path.endsWith('.c') && (layers.length === 0 || path !== 'model.c'));
    const { kind, address } = target.counter;
    const defines = [
      `-DCOUNTER_${kind.toUpperCase().replace('-', '_')}`,
      `-DCOUNTER_ADDRESS=0x${address.toString(16)}u`,
    ];
    const gcc = requireTool(`${target.compiler.prefix}gcc`);
    const args = [...target.compiler.flags, ...FLAGS, optimization, ...defines, ...units, ...LINK, '-o', 'bench.elf'];
    const { status, stderr } = spawnSync(gcc, args, { cwd: this.folder, encoding: 'utf8' });
    if (status === 0) return;
    const what = `the program does not build for ${target.name}:\n${stderr.split('\n').slice(0, 12).join('\n')}\n`;
    throw new KilnError('build-failed', { where: name, what, todo: 'Report this, with the model.' });
  }

  sizes() {
    return measure(join(this.folder, 'bench.elf'), this.options.target.compiler.prefix);
  }

  stackBound(): StackBound {
    const { name, target } = this.options;
    const entry = `${name}_invoke`;
    return stackBounds(join(this.folder, 'bench.elf'), target.compiler.prefix, [entry]).get(entry)!;
  }

  compiler(): string {
    const { target, optimization } = this.options;
    const gcc = requireTool(`${target.compiler.prefix}gcc`);
    const version = spawnSync(gcc, ['-dumpfullversion'], { encoding: 'utf8' }).stdout.trim();
    return [`${target.compiler.prefix}gcc ${version}`, ...target.compiler.flags, ...FLAGS, optimization].join(' ');
  }

  /** Of each inference: its instructions, the bytes of its stack, its outputs. */
  counted(): { instructions: number[]; stacks: number[]; outputs: Int8Array[] } {
    const { counts, outputs } = this.run();
    return {
      instructions: counts.filter((_, i) => i % 2 === 0).map((ticks) => this.instructions(ticks)),
      stacks: counts.filter((_, i) => i % 2 === 1),
      outputs,
    };
  }

  /** @returns what was counted, without the cost of counting, and the outputs */
  run(): { counts: number[]; outputs: Int8Array[] } {
    const { target, vectors, outputs } = this.options;
    writeFileSync(join(this.folder, 'inputs.bin'), joinTensors([...vectors]));
    const qemu = requireTool('qemu-system-arm');
    const quiet = ['-display', 'none', '-serial', 'none', '-monitor', 'none'];
    const semihosting = ['-semihosting-config', 'enable=on,target=native'];
    const count = ['-icount', `shift=${SHIFTS[target.counter.kind]}`];
    const args = ['-M', target.machine, ...quiet, ...semihosting, ...count, '-kernel', 'bench.elf'];
    const { status, stderr } = spawnSync(qemu, args, { cwd: this.folder, encoding: 'utf8', timeout: TIMEOUT_MS });
    if (status !== 0) {
      const what = `ended with exit code ${status}: ${stderr.slice(0, 600)}`;
      throw new KilnError('bench-failed', {
        where: `${target.name} (QEMU)`,
        what,
        todo: 'Report this, with the model.',
      });
    }
    const [overhead, ...counts] = new Uint32Array(new Uint8Array(readFileSync(join(this.folder, 'counts.bin'))).buffer);
    this.overhead = overhead!;
    const size = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
    const bytes = readFileSync(join(this.folder, 'outputs.bin'));
    return { counts, outputs: vectors.map((_, i) => new Int8Array(bytes.subarray(i * size, (i + 1) * size))) };
  }

  instructions(ticks: number): number {
    const { kind, hz } = this.options.target.counter;
    return Math.round(((ticks - this.overhead) * 1e9) / hz / 2 ** SHIFTS[kind]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
