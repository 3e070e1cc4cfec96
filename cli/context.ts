// What a command is given instead of globals, so that tests fake argv, streams and folders.
import type { BoardFolders } from '../firmware-templates/index.js';
import type { Output, Reporter } from './reporter.js';

/** The process as the command line sees it. */
export interface Shell extends Output {
  cwd: string;
  /** Read by commands that talk; absent where there is none. */
  stdin?: NodeJS.ReadableStream & { isTTY?: boolean };
}

export interface Context extends Shell {
  /** The project's folder: absolute, from -C. */
  project: string;
  /** Where board sheets are looked for: the project's own first. */
  boards: BoardFolders;
  reporter: Reporter;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}
