// `kiln flash`: what is flashed onto which board, and how that is shown and kept.
import { dirname, extname, join, relative, resolve } from 'node:path';
import { KilnError } from '../base/errors.js';
import { writeAtomic } from '../base/files.js';
import { firmwarePath } from '../device/build.js';
import { flash, planFlash, waysOf, type FlashOptions } from '../device/flashers/index.js';
import { loadBoard, readProject, type Board } from '../firmware-templates/index.js';
import type { Arguments } from './command.js';
import type { Context } from './context.js';
import { firmwareFolder } from './firmware.js';
import { pathsOf } from './project.js';

export interface FlashTarget {
  board: Board;
  /** ELF, .hex, .bin or .uf2. */
  file: string;
}

/** A file with --board, or a firmware project, which knows its board. @throws KilnError `board-missing`, `project-missing` */
export function flashTarget({ firmware, board }: Arguments, { project, cwd, boards }: Context): FlashTarget {
  if (typeof firmware === 'string' && /^\.(elf|hex|bin|uf2)$/i.test(extname(firmware))) {
    if (typeof board === 'string') return { board: loadBoard(board, boards), file: resolve(cwd, firmware) };
    const todo = 'Name the board with --board (`kiln boards` lists them).';
    throw new KilnError('board-missing', { where: firmware, what: 'a file does not say which board it is for', todo });
  }
  const folder = firmwareFolder(cwd, firmware, pathsOf(project).firmware);
  return { board: loadBoard(readProject(folder).board, boards), file: firmwarePath(folder) };
}

export function listWays({ board }: FlashTarget, { reporter }: Context): void {
  const ways = waysOf(board);
  if (ways.length === 0) reporter.line(`${board.name} has no way to be flashed from here`);
  else {
    reporter.table(
      ['', 'method', 'needs', 'found'],
      ways.map(({ method, isDefault, program, path, install }) => [
        isDefault ? 'default' : '',
        method,
        program ?? 'nothing more',
        path ?? install ?? '',
      ]),
    );
  }
  reporter.result({ board: board.name, ways });
}

export async function planWithReport({ board, file }: FlashTarget, args: Arguments, context: Context): Promise<void> {
  const { method, lines } = await planFlash(board, file, optionsOf(args, context));
  for (const line of lines) context.reporter.line(line);
  context.reporter.result({ board: board.name, method, dryRun: true, lines });
}

/** What programs print is shown, and kept beside the firmware as flash.log. */
export async function flashWithReport({ board, file }: FlashTarget, args: Arguments, context: Context): Promise<void> {
  const { reporter, cwd, signal } = context;
  const printed: string[] = [];
  const options: FlashOptions = {
    ...optionsOf(args, context),
    onProgress: (stage, done, total) => reporter.progress(stage, done, total),
    onNotice: (text) => reporter.notice(text),
    onOutput: (line) => {
      printed.push(line);
      reporter.line(line);
    },
    signal,
  };
  try {
    const { method, port, bytes, seconds, verified, ...rest } = await flash(board, file, options);
    const place = port ? `; its port is ${port}` : '';
    const how = method === 'virtual' ? '' : ` by ${method}: ${bytes} B in ${seconds.toFixed(1)} s, ${verified}`;
    reporter.line(`${board.name} runs ${relative(cwd, file)}${how}${place}`);
    reporter.result({ board: board.name, method, ...(port && { port }), bytes, seconds, verified, ...rest });
  } finally {
    if (printed.length > 0) writeAtomic(join(dirname(file), 'flash.log'), `${printed.join('\n')}\n`);
  }
}

function optionsOf(args: Arguments, { project }: Context): FlashOptions {
  const text = (name: string) => (args[name] === undefined ? undefined : String(args[name]));
  return {
    virtualFolder: pathsOf(project).virtual,
    counted: args['count'] !== false,
    method: text('method'),
    port: text('port'),
    baud: args['baud'] as number | undefined,
    entry: args['entry'] as FlashOptions['entry'],
    wiring: text('wiring'),
  };
}
