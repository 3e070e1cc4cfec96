// The part of the C library that a generated source needs: the headers that it includes, and theirs in turn.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../base/files.js';
import type { ProjectFile } from './project_folder.js';

/** Where a header can lie here; in a project all lie in the first of them. */
const HEADER_FOLDERS = ['runtime/include', 'detectors', 'sensors', 'frontend', 'detection', 'drift'];

/** @param source model.c, frontend.c … @returns files under runtime/include, sorted */
export function runtimeFor(source: string): ProjectFile[] {
  const files = new Map<string, ProjectFile>();
  const follow = (text: string) => {
    for (const [, header] of text.matchAll(/^#include "(tk_\w+\.h)"/gm)) take(header!);
  };
  const take = (header: string) => {
    const path = `${HEADER_FOLDERS[0]}/${header}`;
    const file = HEADER_FOLDERS.map((folder) => join(packageRoot(), 'firmware-templates', folder, header)).find(
      existsSync,
    );
    if (files.has(path) || !file) return;
    const text = readFileSync(file, 'utf8');
    files.set(path, { path, text });
    follow(text);
  };
  follow(source);
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
