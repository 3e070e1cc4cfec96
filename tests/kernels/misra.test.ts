// The mandatory rules of MISRA C:2012, as far as cppcheck checks them, and its own errors, on a model with every kernel.
import { describe, expect, it } from 'vitest';
import { compile } from '../../converter/compile.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { findProgram } from '../../device/tools.js';
import { KERNEL_CASES } from './cases.js';
import { sideBySide } from './side_by_side.js';
import { inFolder, modelAndRuntime } from './toolchain.js';

/** MISRA C:2012 with amendments 1 and 2; three of them are of functions that no kernel calls. */
const MANDATORY = '9.1 12.5 13.6 17.3 17.4 17.6 19.1 21.13 21.17 21.18 21.19 21.20 22.2 22.4 22.5 22.6'.split(' ');
const CHECK = ['cppcheck', '--addon=misra', '--std=c99', '--platform=unix32', '--max-configs=1', '--quiet'];
const TEMPLATE = '--template={id} {severity} {file}:{line} {message}';

const firsts = Object.values(KERNEL_CASES).map((cases) => Object.values(cases)[0]!);

function findings(source: readonly { path: string; text: string }[]): string[] {
  const { stderr } = inFolder(source, [[...CHECK, TEMPLATE, '.']]);
  return stderr.split('\n').filter((line) => {
    const rule = /^misra-c2012-(\S+)/.exec(line)?.[1];
    return rule ? MANDATORY.includes(rule) : /^\S+ (error|warning) /.test(line);
  });
}

describe.skipIf(!findProgram('cppcheck'))('MISRA', () => {
  it.each(['portable', 'dsp', 'mve'] as const)('finds no mandatory rule broken, %s', { timeout: 300_000 }, (core) => {
    const graph = sideBySide('every_kernel', firsts);
    const { files } = compile(graph, { name: 'model', tflite: writeTflite(graph), core });
    expect(findings(modelAndRuntime(files))).toEqual([]);
  });

  it('finds one that is', () => {
    const text = 'int f(void);\nint f(void) {\n  int a;\n  return a;\n}\n';
    expect(findings([{ path: 'a.c', text }]).join()).toMatch(/misra-c2012-9\.1|uninitvar/);
  });
});
