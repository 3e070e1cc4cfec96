// Sketches of boards whose Arduino core is not at hand: compiled by the core's compiler against a stub of Arduino.h, and linked
// without the core, which leaves what setup() and loop() need of ours.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../base/files.js';
import { measure, type Sizes } from '../../device/size/measure.js';
import { renderProject, writeProject, type Board, type ProjectOptions } from '../../firmware-templates/index.js';
import type { ExampleModel } from './models.js';

const run = promisify(execFile);
const STUB = join(packageRoot(), 'tests/firmware/stubs/arduino');
/** As Arduino's cores for ARM do, with our warnings as errors. */
const COMPILE = ['-Os', '-Wall', '-Wextra', '-Werror', '-ffunction-sections', '-fdata-sections', '-fno-exceptions'];
const LINK = ['-r', '-nostdlib', '-Wl,--gc-sections', '-Wl,-u,_Z5setupv', '-Wl,-u,_Z4loopv'];

export class SketchBuilder {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tinykiln-sketches-'));
  private readonly made = new Map<string, Promise<Sizes>>();

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Once for boards of one compiler and one kind of kernels. @throws what compiler or linker say */
  build(board: Board, model: ExampleModel, more: Partial<ProjectOptions> = {}): Promise<Sizes> {
    const key = [board.kernels, ...board.compiler.flags, model.name, ...Object.keys(more)].join(' ');
    const made =
      this.made.get(key) ?? this.compile(join(this.folder, String(this.made.size)), { board, ...more }, model);
    this.made.set(key, made);
    return made;
  }

  private async compile(
    root: string,
    { board, ...more }: Pick<ProjectOptions, 'board'> & Partial<ProjectOptions>,
    { name, files }: ExampleModel,
  ): Promise<Sizes> {
    const project = { board, name, model: files(board.kernels), kind: 'arduino', buildId: 'sizes' } as const;
    writeProject(root, renderProject({ ...project, ...more }));
    const { prefix, flags } = board.compiler;
    const compiler = (language: string, sources: readonly string[]) =>
      run(`${prefix}${language}`, [...flags, ...COMPILE, `-I${STUB}`, '-c', ...sources], { cwd: join(root, name) });
    const sources = readdirSync(join(root, name, 'src')).map((file) => `src/${file}`);
    const ending = (end: string) => sources.filter((file) => file.endsWith(end));
    await compiler('gcc', ['-std=gnu11', ...ending('.c')]);
    const sketch = ['-include', 'Arduino.h', '-x', 'c++', `${name}.ino`, ...ending('.cpp')];
    await compiler('g++', ['-std=gnu++17', ...sketch]);
    return this.link(join(root, name), board.compiler);
  }

  private async link(folder: string, { prefix, flags }: Board['compiler']): Promise<Sizes> {
    const objects = readdirSync(folder).filter((file) => file.endsWith('.o'));
    await run(`${prefix}gcc`, [...flags, ...LINK, ...objects, '-o', 'sketch.elf'], { cwd: folder });
    return measure(join(folder, 'sketch.elf'), prefix);
  }
}
