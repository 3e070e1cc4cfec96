// Firmware of every board by the compiler alone, with all warnings as errors: what boards share is compiled once.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { firmwareStack, type FirmwareStack } from '../../device/firmware_stack.js';
import { measure, type Sizes } from '../../device/size/measure.js';
import { renderProject, type BareBoard, type ProjectFile } from '../../firmware-templates/index.js';
import type { ExampleModel } from './models.js';

const run = promisify(execFile);

/** Those of the CMake project, and -Werror. */
export const COMPILE = ['-O2', '-g', '-Wall', '-Wextra', '-ffunction-sections', '-fdata-sections', '-fno-common'];
export const LINK = ['-nostartfiles', '--specs=nano.specs', '--specs=nosys.specs', '-Wl,--gc-sections'];
const INCLUDES = ['.', 'app', 'model', 'port', 'runtime/include'].map((path) => `-I${path}`);

export interface Firmware {
  sizes: Sizes;
  stack: FirmwareStack;
}

export class FirmwareBuilder {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tinykiln-boards-'));
  private readonly shared = new Map<string, Promise<string[]>>();

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @returns undefined where the firmware is larger than the board; @throws what compiler or linker say otherwise */
  async build(board: BareBoard, model: ExampleModel): Promise<Firmware | undefined> {
    const { prefix, flags } = board.compiler;
    const files = projectOf(board, model);
    const objects = await this.objects(board, model, files);
    const place = this.write(`${board.name}-${model.name}`, files);
    const ports = sourcesOf(files, true);
    const args = [...options(flags), ...ports, ...objects, ...LINK, '-Tlinker.ld', '-o', 'firmware.elf'];
    try {
      await run(`${prefix}gcc`, args, { cwd: place });
    } catch (error) {
      if (/region `\w+' overflowed/.test(String((error as { stderr?: string }).stderr))) return undefined;
      throw error;
    }
    const elf = join(place, 'firmware.elf');
    return { sizes: measure(elf, prefix), stack: firmwareStack(elf, board) };
  }

  /** All but the port: the same for boards of one compiler and one kind of kernels. */
  private objects({ kernels, compiler }: BareBoard, model: ExampleModel, files: readonly ProjectFile[]) {
    const key = [kernels, ...compiler.flags, model.name].join(' ');
    const made = this.shared.get(key) ?? this.compile(`shared-${this.shared.size}`, compiler, files);
    this.shared.set(key, made);
    return made;
  }

  private async compile(name: string, { prefix, flags }: BareBoard['compiler'], files: readonly ProjectFile[]) {
    const place = this.write(name, files);
    await run(`${prefix}gcc`, [...options(flags), '-c', ...sourcesOf(files, false)], { cwd: place });
    return readdirSync(place)
      .filter((file) => file.endsWith('.o'))
      .map((file) => join(place, file));
  }

  private write(name: string, files: readonly ProjectFile[]): string {
    const place = join(this.folder, name);
    for (const { path, text } of files) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), text);
    }
    return place;
  }
}

function projectOf(board: BareBoard, model: ExampleModel): ProjectFile[] {
  return renderProject({ board, name: model.name, model: model.files(board.kernels), buildId: 'sizes' });
}

function sourcesOf(files: readonly ProjectFile[], port: boolean): string[] {
  return files.map(({ path }) => path).filter((path) => path.endsWith('.c') && path.startsWith('port/') === port);
}

function options(flags: readonly string[]): string[] {
  return [...flags, ...COMPILE, '-std=gnu11', '-Werror', ...INCLUDES];
}
