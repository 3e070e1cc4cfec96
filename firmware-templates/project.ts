// Renders a firmware project: templates and sources in, files out; pure but for reading the package's own templates.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mustache from 'mustache';
import { KilnError } from '../base/errors.js';
import { packageRoot, packageVersion, sha256 } from '../base/files.js';
import type { BareBoard, Board } from './board_schema.js';
import { inHex, portFiles } from './port_files.js';
import { runtimeFor } from './runtime_files.js';
import { MARKER, type ProjectFile, type ProjectRecord } from './project_folder.js';

export type Runtime = 'compiled' | 'tflm';

export interface ProjectOptions {
  board: Board;
  /** The prefix of the generated C: an identifier. */
  name: string;
  /** What the converter generated: model.h, model.c, model_data.h, model_data.cc, model_ops.h. */
  model: readonly ProjectFile[];
  /** What the project's build takes by default. */
  runtime?: Runtime;
  /** Answered to `name%`. */
  vendor?: string;
  /** Answered to `profile%`: MLPerf Tiny's runner looks it up in its tests file. */
  modelId?: string;
  /** Answered to `kiln info%`; by default a hash of the project's files, so that it names what runs. */
  buildId?: string;
}

const TEMPLATE = '.mustache';
const APP_SOURCES = [
  ...['main.c', 'command.c', 'protocol.c', 'input_buffer.c', 'text.c', 'thousandths.c', 'crc32.c'],
  ...['frame.c', 'transfer.c', 'stack.c', 'bootloader.c'],
];

/** The files of a CMake project, sorted by path. @throws KilnError `project-name` where a name cannot stand in C. */
export function renderProject(options: ProjectOptions): ProjectFile[] {
  checkNames(options);
  const sources = [
    ...copied(requireBare(options.board)),
    ...runtimeFor(options.model.find(({ path }) => path === 'model.c')?.text ?? ''),
    ...options.model.map(({ path, text }) => ({ path: `model/${path}`, text })),
  ];
  const view = viewOf(options, sources);
  const rendered = [...sources, ...folder('projects/cmake', /\.mustache$/, '')].map(({ path, text }) => ({
    path: path.replace(TEMPLATE, ''),
    text: path.endsWith(TEMPLATE) ? Mustache.render(text, view) : text,
  }));
  const buildId = options.buildId ?? hashOf(rendered).slice(0, 12);
  const config = Mustache.render(read('app/kiln_config.h.mustache'), { ...view, buildId });
  return [
    ...rendered,
    { path: 'app/kiln_config.h', text: config },
    { path: MARKER, text: `${JSON.stringify(recordOf(options, buildId), null, 2)}\n` },
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function recordOf({ board, name, runtime = 'compiled' }: ProjectOptions, buildId: string): ProjectRecord {
  return { tinykiln: packageVersion(), board: board.name, name, runtime, buildId };
}

/** Sources that go in as they are. */
function copied(board: BareBoard): ProjectFile[] {
  return [
    ...folder('app', /\.(c|cc|h)$/),
    ...portFiles(board),
    { path: 'tflm.cmake', text: read('projects/cmake/tflm.cmake') },
  ];
}

/** @throws KilnError `board-framework` */
function requireBare(board: Board): BareBoard {
  if (board.framework === 'bare') return board;
  const what = 'its firmware is an Arduino sketch, not a CMake project';
  throw new KilnError('board-framework', {
    where: `board ${board.name}`,
    what,
    todo: 'Choose another board (`kiln boards`).',
  });
}

function viewOf(options: ProjectOptions, sources: readonly ProjectFile[]): Record<string, unknown> {
  const { board, name, runtime = 'compiled', vendor = 'tinykiln', modelId = name } = options;
  const { memory } = board;
  const inFolder = (start: string) => sources.map(({ path }) => path).filter((path) => path.startsWith(start));
  const isSource = (path: string) => /\.cc?$/.test(path);
  return {
    ...{ board, name, runtime, vendor, modelId },
    ...{
      version: packageVersion(),
      identifier: name,
      macro: name.toUpperCase(),
      flags: board.compiler.flags.join(' '),
    },
    ...{ flash: inHex(memory.flash), ram: inHex(memory.ram) },
    stackKib: board.stack / 1024,
    appSources: APP_SOURCES.map((file) => `app/${file}`),
    portSources: inFolder('port/').filter(isSource),
    compiledSources: [...inFolder('model/').filter((path) => path.endsWith('.c')), ...inFolder('runtime/src/')],
    tflmSources: inFolder('model/').filter((path) => path.endsWith('.cc')),
  };
}

/** Files of a template folder whose names match, sorted, under their place in the project. */
function folder(from: string, names: RegExp, to = from): ProjectFile[] {
  return readdirSync(join(packageRoot(), 'firmware-templates', from))
    .filter((name) => names.test(name))
    .sort()
    .map((name) => ({ path: to ? `${to}/${name}` : name, text: read(`${from}/${name}`) }));
}

function read(path: string): string {
  return readFileSync(join(packageRoot(), 'firmware-templates', path), 'utf8');
}

function hashOf(files: readonly ProjectFile[]): string {
  return sha256(...files.flatMap(({ path, text }) => [path, '\0', text, '\0']));
}

/** Prefixes under which a model's names would meet the application's own: engine_init(), KILN_MODEL_HASH. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(['clock', 'engine', 'kiln', 'port', 'timer', 'tk', 'uart']);

function checkNames({ name, vendor, modelId, buildId }: ProjectOptions): void {
  if (RESERVED_NAMES.has(name.toLowerCase())) {
    throw badName(name, "is a prefix of the application's own names", `Call it ${name}_model, for example.`);
  }
  if (!/^[a-z_][a-z0-9_]{0,39}$/i.test(name)) {
    throw badName(name, 'is no C identifier of at most 40 characters', 'Use letters, digits and _, no digit first.');
  }
  for (const text of [vendor, modelId, buildId]) {
    if (text === undefined || /^[\w.+ -]{1,40}$/.test(text)) continue;
    throw badName(text, 'cannot stand in an answer of the board', 'Use 1 to 40 letters, digits, spaces and _ . + -');
  }
}

function badName(name: string, what: string, todo: string): KilnError {
  return new KilnError('project-name', { where: `name ${JSON.stringify(name)}`, what, todo });
}
