// Objects of C and C++ sources: what has the same text, headers, compiler and flags is compiled once.
import { execFile } from 'node:child_process';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { sha256 } from '../../base/files.js';
import type { ProjectFile } from '../../firmware-templates/index.js';

const run = promisify(execFile);

export interface Compilation {
  /** A compiler with all that it is given beside the source. */
  command: string;
  args: readonly string[];
  /** Where headers are looked for, as they are named in the project. */
  includes: readonly string[];
  /** The folder of the project, and all that is in it. */
  place: string;
  files: readonly ProjectFile[];
}

export class Objects {
  private readonly made = new Map<string, Promise<string>>();

  /** @param path of the source in the project @returns that of its object; @throws what the compiler says */
  of(path: string, how: Compilation): Promise<string> {
    const key = sha256(how.command, ...how.args, posix.basename(path), ...textsOf(path, how));
    const known = this.made.get(key) ?? compile(path, how);
    this.made.set(key, known);
    return known;
  }
}

async function compile(path: string, { command, args, includes, place }: Compilation): Promise<string> {
  const object = join(place, `${path.replaceAll('/', '-')}.o`);
  const folders = includes.map((folder) => `-I${folder}`);
  await run(command, [...args, ...folders, '-c', path, '-o', object], { cwd: place });
  return object;
}

/** Of a source and of all headers of the project that it includes, directly or not, in order. */
function textsOf(path: string, { files, includes }: Compilation): string[] {
  const byPath = new Map(files.map((file) => [file.path, file.text]));
  const found = new Map<string, string>();
  const visit = (at: string) => {
    const text = byPath.get(at);
    if (text === undefined || found.has(at)) return;
    found.set(at, text);
    for (const [, name] of text.matchAll(/^\s*#\s*include\s+["<]([^">]+)[">]/gm))
      for (const folder of [dirname(at), ...includes]) visit(posix.join(folder, name!));
  };
  visit(path);
  return [...found.values()];
}
