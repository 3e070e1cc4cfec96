// Files of a system that may not be there: what cannot be read says nothing.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** All files of some folders whose names end so, one after the other. */
export function concat(root: string, folders: readonly string[], ending: string): string {
  return folders
    .flatMap((folder) => entries(join(root, folder)).map((name) => join(root, folder, name)))
    .filter((path) => path.endsWith(ending))
    .map(readText)
    .join('\n');
}
