// Who may import whom, as ARCHITECTURE.md says: held here, not by good will.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../base/files.js';

const ROOMS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  converter: ['base'],
  trainer: ['base'],
  'firmware-templates': ['base'],
  device: ['base', 'firmware-templates'],
  report: ['base'],
  cli: ['base', 'converter', 'trainer', 'firmware-templates', 'device', 'report'],
};

/** Inside converter, each layer may import itself and those before it. */
const CONVERTER_LAYERS = [
  ['graph'],
  ['quantization', 'memory', 'tflite', 'codegen'],
  ['ops'],
  ['loaders', 'passes', 'detectors', 'drift'],
  ['.'],
];

const OWN_HEADERS = /^(<(stdint|stddef|string)\.h>|"tk_\w+\.h")$/;
/** Helium's instructions, of the compiler. */
const KERNEL_HEADERS = /^(<(stdint|stddef|string|arm_mve)\.h>|"tk_\w+\.h")$/;

const C_HEADERS: Readonly<Record<string, RegExp>> = {
  'firmware-templates/runtime': KERNEL_HEADERS,
  'firmware-templates/detectors': OWN_HEADERS,
  'firmware-templates/sensors': OWN_HEADERS,
  'firmware-templates/drift': OWN_HEADERS,
  'firmware-templates/frontend': OWN_HEADERS,
  'firmware-templates/detection': OWN_HEADERS,
};

const root = packageRoot();

function files(folder: string, endings: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && endings.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function localImports(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) =>
      relative(root, resolve(root, dirname(file), fileName))
        .split(sep)
        .join('/'),
    );
}

const roomOf = (file: string) => file.split('/')[0]!;

describe('rooms', () => {
  it.each(Object.entries(ROOMS))('%s imports only what it may', (room, allowed) => {
    const sources = files(room, /\.ts$/);
    const wrong = sources.flatMap((file) =>
      localImports(file)
        .filter((target) => roomOf(target) !== room && !allowed.includes(roomOf(target)))
        .map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('sees the imports that it judges', () => {
    expect(localImports('cli/bin.ts')).toEqual(['cli/main.js']);
  });

  it('converter imports never to the right', () => {
    const layer = (file: string) => {
      const folder = file.split('/').length > 2 ? file.split('/')[1]! : '.';
      return CONVERTER_LAYERS.findIndex((names) => names.includes(folder));
    };
    const wrong = files('converter', /\.ts$/).flatMap((file) =>
      localImports(file)
        .filter((target) => roomOf(target) === 'converter' && layer(target) > layer(file))
        .map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('only the command line prints or ends the process', () => {
    const wrong = Object.keys(ROOMS)
      .filter((room) => room !== 'cli')
      .flatMap((room) => files(room, /\.ts$/))
      .filter((file) =>
        /\bconsole\.(log|error|warn|info|debug)\b|process\.(stdout|stderr|exit\b|exitCode)/.test(
          readFileSync(join(root, file), 'utf8'),
        ),
      );
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(C_HEADERS))('%s includes only what it may', (folder, allowed) => {
    const wrong = files(folder, /\.[ch]$/).flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/^\s*#\s*include\s+(\S+)/gm)]
        .filter(([, header]) => !allowed.test(header!))
        .map(([, header]) => `${file} → ${header}`),
    );
    expect(wrong).toEqual([]);
  });
});
