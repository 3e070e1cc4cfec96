// Firmware of every board by the compiler alone, with all warnings as errors: what comes of the same text is compiled once.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { firmwareStack, type FirmwareStack } from '../../device/firmware_stack.js';
import { measure, type Sizes } from '../../device/size/measure.js';
import { renderProject, type BareBoard, type ProjectFile } from '../../firmware-templates/index.js';
import { APPLICATION, type ExampleModel } from './examples.js';
import { Objects } from './objects.js';

const run = promisify(execFile);

/** Those of the CMake project, and -Werror; its application is made small. */
export const COMPILE = ['-Wall', '-Wextra', '-ffunction-sections', '-fdata-sections', '-fno-common'];
export const OPTIMIZE = { application: '-Os', rest: '-O2' } as const;
export const LINK = ['-nostartfiles', '--specs=nano.specs', '--specs=nosys.specs', '-Wl,--gc-sections'];
const INCLUDES = ['.', 'app', 'model', 'port', 'stream', 'runtime/include'];

export interface Firmware {
  sizes: Sizes;
  stack: FirmwareStack;
}

export class FirmwareBuilder {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tinykiln-boards-'));
  private readonly compiled = new Objects();
  private readonly stacks = new Map<string, FirmwareStack>();

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @returns undefined where the firmware is larger than the board; @throws what compiler or linker say otherwise */
  async build(board: BareBoard, model: ExampleModel): Promise<Firmware | undefined> {
    const { prefix, flags } = board.compiler;
    const files = renderProject({ board, ...model.project(board.kernels), buildId: 'sizes' });
    const place = this.write(`${board.name}-${model.name}`, files);
    const objects = await this.objects(place, board, files);
    const args = [...flags, ...objects, ...LINK, '-Tlinker.ld', '-o', 'firmware.elf'];
    try {
      await run(`${prefix}gcc`, args, { cwd: place });
    } catch (error) {
      if (/region `\w+' overflowed/.test(String((error as { stderr?: string }).stderr))) return undefined;
      throw error;
    }
    const elf = join(place, 'firmware.elf');
    return { sizes: measure(elf, prefix), stack: this.stackOf(elf, board, model) };
  }

  /** The application's on each board, with its port; a model's once for a core: no port is below it. */
  private stackOf(elf: string, board: BareBoard, model: ExampleModel): FirmwareStack {
    if (model === APPLICATION) return firmwareStack(elf, board);
    const key = [...board.compiler.flags, model.name].join(' ');
    const known = this.stacks.get(key) ?? firmwareStack(elf, board);
    this.stacks.set(key, known);
    return { ...known, reserved: board.stack };
  }

  private objects(place: string, { compiler }: BareBoard, files: readonly ProjectFile[]): Promise<string[]> {
    const { prefix, flags } = compiler;
    const sources = files.map(({ path }) => path).filter((path) => path.endsWith('.c'));
    const optimizeOf = (path: string) => (/^app\/(?!engine_)/.test(path) ? OPTIMIZE.application : OPTIMIZE.rest);
    const how = (path: string) => ({
      ...{ command: `${prefix}gcc`, includes: INCLUDES, place, files },
      args: [...flags, ...COMPILE, optimizeOf(path), '-std=gnu11', '-Werror'],
    });
    return Promise.all(sources.map((path) => this.compiled.of(path, how(path))));
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
