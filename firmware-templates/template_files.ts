// Reads the package's own templates and sources.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Mustache from 'mustache';
import { packageRoot } from '../base/files.js';
import type { ProjectFile } from './project_folder.js';

const ENDING = '.mustache';

/** One file under firmware-templates. */
export function readTemplate(path: string): string {
  return readFileSync(join(packageRoot(), 'firmware-templates', path), 'utf8');
}

/** Files of a folder whose names match, sorted, under their place in the project (`to`). */
export function templateFolder(from: string, names: RegExp, to = from): ProjectFile[] {
  const folder = join(packageRoot(), 'firmware-templates', from);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => names.test(name))
    .sort()
    .map((name) => ({ path: to ? `${to}/${name}` : name, text: readTemplate(`${from}/${name}`) }));
}

/** Renders what is a template and takes NAME in paths for the view's `name`. */
export function renderFiles(files: readonly ProjectFile[], view: Readonly<Record<string, unknown>>): ProjectFile[] {
  return files.map(({ path, text }) => ({
    path: path.replace(ENDING, '').replaceAll('NAME', String(view['name'])),
    text: path.endsWith(ENDING) ? Mustache.render(text, view) : text,
  }));
}
