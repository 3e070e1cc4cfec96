// Programs of no project of ours, by other compilers and options than ours, with what binutils' `size` says of each.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TINY, TINY_FILES } from '../../firmware/tiny_model.js';
import { findProgram } from '../../../device/tools.js';

export interface Foreign {
  elf: string;
  map?: string;
}

/** Throws, catches, allocates, and has constructors. */
const EXCEPTIONS = `#include <stdexcept>
#include <string>
#include <vector>
extern "C" {
#include "model.h"
}
extern "C" int getentropy(void *, size_t) { return -1; }
static std::vector<std::string> names{"yes", "no"};
int guess(int n) { if (n > 2) throw std::out_of_range("no such name"); return static_cast<int>(names.at(n).size()); }
int main() {
  ${TINY.name}_init();
  try { return guess(${TINY.name}_input()[0]); } catch (const std::exception &error) { return error.what()[0]; }
}
`;

const BARE = `#include "model.h"
char log_buffer[300];
int main(void) { ${TINY.name}_invoke(); log_buffer[0] = (char)${TINY.name}_output()[0]; return log_buffer[0]; }
void _start(void) { (void)main(); for (;;) {} }
void *memcpy(void *to, const void *from, unsigned n) { char *t = to; const char *f = from; while (n--) *t++ = *f++; return to; }
void *memset(void *to, int c, unsigned n) { char *t = to; while (n--) *t++ = (char)c; return to; }
`;

const CORTEX_M4 = ['-mcpu=cortex-m4', '-mthumb'];
const CLANG = ['--target=thumbv7em-none-eabi', '-mcpu=cortex-m4', '-ffreestanding'];

export const hasGxx = findProgram('arm-none-eabi-g++') !== undefined;
export const hasLld = ['clang', 'ld.lld'].every((name) => findProgram(name));

interface Recipe {
  /** How sources are compiled, by their names. */
  compilers: Readonly<Record<string, string>>;
  flags: readonly string[];
  linker: string;
  link: readonly string[];
}

function make(folder: string, main: readonly [name: string, text: string], recipe: Recipe): Foreign {
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of TINY_FILES) writeFileSync(join(folder, path), text);
  writeFileSync(join(folder, main[0]), main[1]);
  const run = (program: string, args: readonly string[]) => {
    const { status, stderr } = spawnSync(program, [...recipe.flags, ...args], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  const sources = [main[0], 'model.c'];
  for (const source of sources) run(recipe.compilers[source.replace(/^.*\./, '')]!, ['-I.', '-c', source]);
  const objects = sources.map((source) => source.replace(/\.\w+$/, '.o'));
  const [elf, map] = [join(folder, 'app.elf'), join(folder, 'app.map')];
  run(recipe.linker, [...recipe.link, ...objects, `-Wl,-Map=${map}`, '-o', elf]);
  return { elf, map };
}

const GCC = { c: 'arm-none-eabi-gcc', cpp: 'arm-none-eabi-g++' };

export function cxxWithExceptions(folder: string): Foreign {
  const flags = [...CORTEX_M4, '-Os'];
  const linked = { linker: GCC.cpp, link: ['--specs=nosys.specs'] };
  return make(folder, ['main.cpp', EXCEPTIONS], { compilers: GCC, flags, ...linked });
}

export function gccWithLto(folder: string): Foreign {
  const flags = [...CORTEX_M4, '-O2', '-flto', '-fno-builtin'];
  return make(folder, ['main.c', BARE], { compilers: GCC, flags, linker: GCC.c, link: ['-nostdlib'] });
}

export function clangWithLld(folder: string): Foreign {
  const linked = { linker: 'clang', link: ['-nostdlib', '-fuse-ld=lld'] };
  return make(folder, ['main.c', BARE], { compilers: { c: 'clang' }, flags: [...CLANG, '-Oz'], ...linked });
}

/** text, data and bss. */
export function binutilsSize(elf: string, prefix: string): { text: number; data: number; bss: number } {
  const { stdout } = spawnSync(`${prefix}size`, [elf], { encoding: 'utf8' });
  const [text, data, bss] = stdout.split('\n')[1]!.trim().split(/\s+/).map(Number) as [number, number, number];
  return { text, data, bss };
}
