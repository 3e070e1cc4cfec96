// Sketches of boards whose Arduino core is not at hand: compiled by the core's compiler against a stub of Arduino.h, and linked
// without the core, which leaves what setup() and loop() need of ours.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../base/files.js';
import { measure, type Sizes } from '../../device/size/measure.js';
import { renderProject, writeProject, type Board } from '../../firmware-templates/index.js';
import type { ExampleModel } from './examples.js';
import { Objects } from './objects.js';

const run = promisify(execFile);
const STUB = join(packageRoot(), 'tests/firmware/stubs/arduino');
/** As Arduino's cores for ARM do, with our warnings as errors. */
const COMPILE = ['-Os', '-Wall', '-Wextra', '-Werror', '-ffunction-sections', '-fdata-sections', '-fno-exceptions'];
const LINK = ['-r', '-nostdlib', '-Wl,--gc-sections', '-Wl,-u,_Z5setupv', '-Wl,-u,_Z4loopv'];

export class SketchBuilder {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tinykiln-sketches-'));
  private readonly objects = new Objects();
  private readonly made = new Map<string, Promise<Sizes>>();

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Once for boards of one compiler and one kind of kernels. @throws what compiler or linker say */
  build(board: Board, model: ExampleModel): Promise<Sizes> {
    const key = [board.kernels, ...board.compiler.flags, model.name].join(' ');
    const made = this.made.get(key) ?? this.compile(join(this.folder, String(this.made.size)), board, model);
    this.made.set(key, made);
    return made;
  }

  private async compile(root: string, board: Board, { name, project }: ExampleModel): Promise<Sizes> {
    const rendered = renderProject({ board, ...project(board.kernels), kind: 'arduino', buildId: 'sizes' });
    writeProject(root, rendered);
    const place = join(root, name);
    const files = rendered.map(({ path, text }) => ({ path: path.replace(`${name}/`, ''), text }));
    const { prefix, flags } = board.compiler;
    const compiler = (language: string, own: readonly string[]) => ({
      ...{ command: `${prefix}${language}`, includes: ['src'], place, files },
      args: [...flags, ...COMPILE, `-I${STUB}`, ...own],
    });
    const c = compiler('gcc', ['-std=gnu11']);
    const sketch = compiler('g++', ['-std=gnu++17', '-include', 'Arduino.h', '-x', 'c++']);
    const ending = (end: string) => files.map(({ path }) => path).filter((path) => path.endsWith(end));
    const ours = [...ending('.cpp'), ...ending('.ino')];
    const objects = await Promise.all([
      ...ending('.c').map((path) => this.objects.of(path, c)),
      ...ours.map((path) => this.objects.of(path, sketch)),
    ]);
    return this.link(place, objects, board.compiler);
  }

  private async link(folder: string, objects: string[], { prefix, flags }: Board['compiler']): Promise<Sizes> {
    await run(`${prefix}gcc`, [...flags, ...LINK, ...objects, '-o', 'sketch.elf'], { cwd: folder });
    return measure(join(folder, 'sketch.elf'), prefix);
  }
}
