// The part of the C library that a generated source needs: the headers that it includes, theirs in turn, and their kernels.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../base/files.js';
import type { ProjectFile } from './project_folder.js';

/** Where headers are, and what is compiled beside them. */
const PLACES = ['runtime/include/tk_*.h', 'runtime/src/*_s8.c', 'frontend/tk_*.h', 'detection/tk_*.h'];

/** @param source model.c, frontend.c … @returns files under the folders of PLACES, sorted */
export function runtimeFor(source: string): ProjectFile[] {
  const files = new Map<string, ProjectFile>();
  const take = (path: string) => {
    const whole = join(packageRoot(), 'firmware-templates', path);
    if (files.has(path) || !existsSync(whole)) return;
    const text = readFileSync(whole, 'utf8');
    files.set(path, { path, text });
    follow(text);
  };
  const follow = (text: string) => {
    for (const [, name] of text.matchAll(/^#include "tk_(\w+)\.h"/gm)) {
      for (const place of PLACES) take(place.replace('*', name!));
    }
  };
  follow(source);
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
