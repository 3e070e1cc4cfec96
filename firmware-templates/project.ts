// Renders a firmware project: templates and sources in, files out; pure but for reading the package's own templates.
import { KilnError } from '../base/errors.js';
import { packageVersion, sha256 } from '../base/files.js';
import type { Board } from './board_schema.js';
import { inHex } from './port_files.js';
import { defaultKind, requireKind, type Kind, type ProjectKind } from './project_kinds.js';
import { MARKER, type ProjectFile, type ProjectRecord } from './project_folder.js';
import { runtimeFor } from './runtime_files.js';
import { answerBytes, type StreamSources } from './stream_c.js';
import { readTemplate, renderFiles, templateFolder } from './template_files.js';

export type Runtime = 'compiled' | 'tflm';

/** What kind of model it is: an int8 network, or an anomaly detector. */
export type ModelKind = 'network' | 'detector';

export interface ProjectOptions {
  board: Board;
  /** The prefix of the generated C: an identifier. */
  name: string;
  /** What the converter generated: model.h, model.c, and of a network model_data.h, model_data.cc, model_ops.h. */
  model: readonly ProjectFile[];
  /** A network where it is left out. */
  modelKind?: ModelKind;
  /** By default what the board is made for: `cmake`, or `arduino` where its firmware is a sketch. */
  kind?: ProjectKind;
  /** What the firmware listens to; left out, to nothing. */
  stream?: StreamSources;
  /** Whether it hears the board's own microphone, and says what it heard. */
  microphone?: boolean;
  /** What the project's build takes by default. */
  runtime?: Runtime;
  /** Answered to `name%`. */
  vendor?: string;
  /** Answered to `profile%`: MLPerf Tiny's runner looks it up in its tests file. */
  modelId?: string;
  /** Answered to `kiln info%`; by default a hash of the project's files, so that it names what runs. */
  buildId?: string;
}

/** By the firmware's clock; an emulator's timer runs up to 60 times as fast as that clock says. */
const [FRAME_SECONDS, EMULATED_FRAME_SECONDS] = [10, 1000];

const APP_SOURCES = [
  ...['main.c', 'firmware.c', 'command.c', 'protocol.c', 'input_buffer.c', 'text.c', 'thousandths.c', 'crc32.c'],
  ...['frame.c', 'packed.c', 'transfer.c', 'stack.c', 'bootloader.c', 'kept.c'],
];

/** Application sources for one kind of model alone. */
const OF_KIND: Readonly<Record<ModelKind, RegExp>> = {
  network: /^app\/(engine_compiled\.c|engine_tflm\.cc|thousandths\.[ch])$/,
  detector: /^app\/(engine_detector\.c|kept\.[ch])$/,
};

/**
 * The files of a project, sorted by path.
 * @throws KilnError `project-name` where a name cannot stand in C, `board-framework` where the board has no such kind,
 *   `runtime-board` where it cannot run the runtime, `board-microphone` where it cannot hear by itself.
 */
export function renderProject(options: ProjectOptions): ProjectFile[] {
  checkNames(options);
  const { board } = options;
  const kind = requireKind(kindOf(options), board);
  checkRuntime(options);
  const sources = sourcesOf(options, kind);
  checkMicrophone(options, sources);
  const view = viewOf(options, kind, sources);
  const rendered = renderFiles([...kind.arrange(sources), ...kind.templates()], view);
  const buildId = options.buildId ?? hashOf(rendered).slice(0, 12);
  const config = { path: 'app/kiln_config.h.mustache', text: readTemplate('app/kiln_config.h.mustache') };
  const [place] = kind.arrange([config]);
  return [
    ...rendered,
    ...renderFiles([{ ...config, path: place!.path }], { ...view, buildId }),
    { path: MARKER, text: `${JSON.stringify(recordOf(options, buildId), null, 2)}\n` },
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function kindOf({ kind, board }: ProjectOptions): ProjectKind {
  return kind ?? defaultKind(board);
}

function recordOf(options: ProjectOptions, buildId: string): ProjectRecord {
  const { board, name, runtime = 'compiled' } = options;
  return { tinykiln: packageVersion(), kind: kindOf(options), board: board.name, name, runtime, buildId };
}

/** Application, port, kernels and model, each under its folder. */
function sourcesOf(options: ProjectOptions, kind: Kind): ProjectFile[] {
  const { board, model, stream, microphone = false, modelKind = 'network' } = options;
  const own = streamSource(stream);
  const wanted = ({ path }: ProjectFile) => !FOR_EAR.test(path) || isOfEar(path, board, microphone);
  const other = OF_KIND[modelKind === 'network' ? 'detector' : 'network'];
  const app = templateFolder('app', /\.(c|cc|h)$/)
    .filter(({ path }) => !other.test(path))
    .filter(({ path }) => !/\/stream_\w+\.c$/.test(path) || path === own)
    .filter(wanted);
  const files = stream?.files ?? [];
  const listening = [...files, ...app.filter(({ path }) => path === own)];
  const compiled = [...model.filter(({ path }) => path === 'model.c'), ...listening];
  return [
    ...app,
    ...kind.port(board).filter(wanted),
    ...runtimeFor(compiled.map(({ text }) => text).join('\n')),
    ...model.map(({ path, text }) => ({ path: `model/${path}`, text })),
    ...files.map(({ path, text }) => ({ path: `stream/${path}`, text })),
  ];
}

/** What only a firmware with an ear of its own has, and `ear_none.c`, which the others have instead. */
const FOR_EAR = /\/(ear_\w+\.c|(microphone|sample_ring|dfsdm_pcm)(_\w+)?\.(c|cpp|h))$/;

function isOfEar(path: string, { microphone }: Board, listens: boolean): boolean {
  const driver = /\/microphone_(\w+)\.(c|cpp)$/.exec(path)?.[1];
  if (driver !== undefined) return listens && driver === microphone?.driver;
  return path.endsWith('/ear_none.c') !== listens;
}

function checkMicrophone({ board, microphone, stream }: ProjectOptions, sources: readonly ProjectFile[]): void {
  if (!microphone) return;
  const refuse = (what: string, todo: string) => {
    throw new KilnError('board-microphone', { where: `board ${board.name}`, what, todo });
  };
  if (!board.microphone)
    refuse('its sheet names no microphone', 'Leave --listen out, and send it samples (`kiln monitor`).');
  if (!sources.some(({ path }) => /\/microphone_\w+\.(c|cpp)$/.test(path)))
    refuse('its microphone has a driver, but not in this kind of project', 'Leave --kind out.');
  if (stream?.source !== 'stream_audio.c')
    refuse('the model does not listen to audio', 'Give a keyword spotter that `kiln train` made.');
}

function streamSource(stream: StreamSources | undefined): string {
  return `app/${stream?.source ?? 'stream_none.c'}`;
}

function checkRuntime({ board, runtime }: ProjectOptions): void {
  if (runtime !== 'tflm' || !board.core.startsWith('avr')) return;
  const what = "TensorFlow Lite Micro's interpreter needs a 32-bit core";
  throw new KilnError('runtime-board', { where: `board ${board.name}`, what, todo: 'Choose --runtime compiled.' });
}

function viewOf(options: ProjectOptions, kind: Kind, sources: readonly ProjectFile[]): Record<string, unknown> {
  const {
    board,
    name,
    runtime = 'compiled',
    vendor = 'tinykiln',
    modelId = name,
    stream,
    modelKind = 'network',
  } = options;
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
      portBuffer: kind.portBuffer,
      frameSeconds: board.emulator ? EMULATED_FRAME_SECONDS : FRAME_SECONDS,
      network: modelKind === 'network',
      tflm: runtime === 'tflm' ? 1 : 0,
      architectures: board.arduino?.architectures.join(','),
      uartHandle: `h${board.console.uart.toLowerCase().replace('usart', 'uart')}`,
    },
    ...debuggerOf(board),
    ...{ flash: inHex(memory.flash), ram: inHex(memory.ram) },
    stackKib: board.stack / 1024,
    ...streamView(stream),
    appSources: [...[...APP_SOURCES, earSource(options)].map((file) => `app/${file}`), streamSource(stream)].filter(
      (path) => inFolder('').includes(path),
    ),
    streamSources: inFolder('stream/').filter(isSource),
    portSources: inFolder('port/').filter(isSource),
    compiledSources: [...inFolder('model/').filter((path) => path.endsWith('.c')), ...inFolder('runtime/src/')],
    tflmSources: inFolder('model/').filter((path) => path.endsWith('.cc')),
  };
}

const earSource = ({ microphone }: ProjectOptions) => (microphone ? 'ear_microphone.c' : 'ear_none.c');

function streamView(stream: StreamSources | undefined) {
  const streamDefines = Object.entries(stream?.defines ?? {}).map(([name, value]) => ({ name, value }));
  return { answerBytes: answerBytes(stream), streamDefines, hasStream: stream !== undefined };
}

/** What an editor's debugger starts: QEMU, or OpenOCD with the board's scripts. */
function debuggerOf({ core, emulator, flash }: Board) {
  const scripts = flash.flatMap((one) => (one.method === 'openocd' ? one.config : []));
  return { virtual: emulator !== undefined, cpu: core.replace(/f$/, ''), openocd: JSON.stringify(scripts) };
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
