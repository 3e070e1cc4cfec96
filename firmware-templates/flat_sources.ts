// A project's sources in one folder, for build systems that compile a folder whole: both runtimes, chosen by one #define.
import type { ProjectFile } from './project_folder.js';

export const RUNTIME_SWITCH = 'kiln_runtime.h';

/** Sources of one runtime alone, by their names; headers and what both need stay as they are. */
const TFLM_ONLY = /^(engine_tflm|model_data)\.cc$/;
const COMPILED_ONLY = /^(engine_compiled|model)\.c$/;

/**
 * Without their folders: every include is flat already. C++ ends in .cpp, which all of them compile.
 * @param place the folder of a file, by its name
 */
export function flatSources(sources: readonly ProjectFile[], place: (name: string) => string): ProjectFile[] {
  return sources.map(({ path, text }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const flat = name.replace(/\.cc(?=$|\.)/, '.cpp');
    return { path: `${place(flat)}${flat}`, text: guarded(name, text) };
  });
}

function guarded(name: string, text: string): string {
  if (TFLM_ONLY.test(name)) return only('KILN_TFLM', text);
  return COMPILED_ONLY.test(name) ? only('!KILN_TFLM', text) : text;
}

function only(condition: string, text: string): string {
  return `#include "${RUNTIME_SWITCH}"\n#if ${condition}\n${text}#endif\n`;
}
