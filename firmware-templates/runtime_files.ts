// The part of the C runtime that a model needs: the headers that its source includes, theirs in turn, and their kernels.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../base/files.js';
import type { ProjectFile } from './project_folder.js';

/** @param source model.c @returns files under runtime/include and runtime/src, sorted */
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
      take(`runtime/include/tk_${name}.h`);
      take(`runtime/src/${name}_s8.c`);
    }
  };
  follow(source);
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
