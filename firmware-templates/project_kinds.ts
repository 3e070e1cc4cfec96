// The kinds of project: which boards each is for, which port and templates it takes, and how its sources lie.
import { KilnError } from '../base/errors.js';
import type { Board } from './board_schema.js';
import { flatSources } from './flat_sources.js';
import { portFiles } from './port_files.js';
import type { ProjectFile } from './project_folder.js';
import { readTemplate, templateFolder } from './template_files.js';

export const PROJECT_KINDS = ['cmake', 'arduino', 'arduino-library', 'platformio', 'cubemx'] as const;
export type ProjectKind = (typeof PROJECT_KINDS)[number];

export interface Kind {
  /** What the board would have to be, where it is not. */
  lacks(board: Board): string | undefined;
  /** Port sources, under port/. */
  port(board: Board): ProjectFile[];
  /** Characters that the port keeps. */
  portBuffer: number;
  /** Templates of the kind, at their place in the project. */
  templates(): ProjectFile[];
  /** Where the sources go. */
  arrange(sources: readonly ProjectFile[]): ProjectFile[];
}

/** Of a port of ours; 63 is what the smallest of Arduino's cores (AVR) keeps. */
const OWN_BUFFER = 256;
const ARDUINO_BUFFER = 63;

const from = (folder: string) => () => templateFolder(`projects/${folder}`, /./, '');
/** main() is the framework's. */
const withoutMain = (sources: readonly ProjectFile[]) => sources.filter(({ path }) => path !== 'app/main.c');
const flatIn = (place: (name: string) => string) => (sources: readonly ProjectFile[]) =>
  flatSources([...withoutMain(sources), switchTemplate()], place);
const isHeader = (name: string) => /\.h(\.|$)/.test(name);

function switchTemplate(): ProjectFile {
  return { path: 'kiln_runtime.h.mustache', text: readTemplate('projects/kiln_runtime.h.mustache') };
}

/** Over an Arduino core, whatever the build system is. */
const OVER_ARDUINO = {
  lacks: (board: Board) => (board.arduino ? undefined : 'no Arduino core is known for it'),
  port: () => templateFolder('ports/arduino', /./, 'port'),
  portBuffer: ARDUINO_BUFFER,
};

export const KINDS: Readonly<Record<ProjectKind, Kind>> = {
  cmake: {
    lacks: ({ framework }) =>
      framework === 'bare' ? undefined : 'its firmware is an Arduino sketch, not a CMake project',
    port: (board) => (board.framework === 'bare' ? portFiles(board) : []),
    portBuffer: OWN_BUFFER,
    templates: from('cmake'),
    arrange: (sources) => [...sources],
  },
  arduino: { ...OVER_ARDUINO, templates: from('arduino'), arrange: flatIn(() => 'NAME/src/') },
  'arduino-library': { ...OVER_ARDUINO, templates: from('arduino-library'), arrange: flatIn(() => 'NAME/src/') },
  platformio: {
    ...OVER_ARDUINO,
    lacks: (board) => (board.platformio ? OVER_ARDUINO.lacks(board) : 'PlatformIO has no such board'),
    templates: from('platformio'),
    arrange: flatIn((name) => (isHeader(name) ? 'include/' : 'src/')),
  },
  cubemx: {
    lacks: (board) => (board.framework === 'bare' ? undefined : "it is none of ST's boards"),
    port: () => templateFolder('ports/stm32hal', /./, 'port'),
    portBuffer: OWN_BUFFER,
    templates: from('cubemx'),
    arrange: flatIn((name) => (isHeader(name) ? 'Inc/' : 'Src/')),
  },
};

/** What a board's firmware is by default. */
export function defaultKind({ framework }: Board): ProjectKind {
  return framework === 'bare' ? 'cmake' : 'arduino';
}

/** @throws KilnError `board-framework` that names the kinds which the board has. */
export function requireKind(name: ProjectKind, board: Board): Kind {
  const lack = KINDS[name].lacks(board);
  if (lack === undefined) return KINDS[name];
  const possible = PROJECT_KINDS.filter((kind) => KINDS[kind].lacks(board) === undefined);
  const todo = `Choose --kind ${possible.join(', ')}, or another board (\`kiln boards\`).`;
  throw new KilnError('board-framework', { where: `board ${board.name}, --kind ${name}`, what: lack, todo });
}
