// Compiles trainer/backends/wasm/kernels.c into the base64 of kernels_wasm.ts. Needs clang and wasm-ld 14 or newer; nobody but an editor of
// the C needs to run it: `node scripts/build-wasm.mjs`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../trainer/backends/wasm/', import.meta.url));
const source = join(folder, 'kernels.c');
const COMPILE = [
  'clang --target=wasm32 -std=c11 -O3 -msimd128 -mbulk-memory -ffreestanding -fno-unroll-loops',
  '-Wall -Wextra -Wconversion -Werror',
].join(' ');
const LINK = 'wasm-ld --no-entry --import-memory --strip-all';

const temporary = mkdtempSync(join(tmpdir(), 'tinykiln-wasm-'));
try {
  refuseStackAndData(run(`${COMPILE} -S -o -`, source));
  const object = join(temporary, 'kernels.o');
  const module = join(temporary, 'kernels.wasm');
  run(`${COMPILE} -c -o ${object}`, source);
  run(`${LINK} -o ${module}`, object);
  write(readFileSync(module));
} finally {
  rmSync(temporary, { recursive: true });
}

/** The module lives in the memory of tfjs, where the linker's stack and data would lie over tfjs' own. */
function refuseStackAndData(assembly) {
  const found = /__stack_pointer|\.section\s+\.(data|rodata|bss)/.exec(assembly);
  if (found) throw new Error(`kernels.c: compiled code uses ${found[0]}, but it must have neither stack nor data`);
}

function run(command, file) {
  const [program, ...options] = command.split(' ');
  const { status, stdout, stderr, error } = spawnSync(program, [...options, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${file}\n${error?.message ?? stderr}`);
  return stdout;
}

function write(wasm) {
  const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
  const lines = wasm.toString('base64').match(/.{1,112}/g);
  const text = [
    '// Generated from kernels.c by scripts/build-wasm.mjs; not for editing.',
    `// ${COMPILE} -c kernels.c`,
    `// ${LINK} kernels.o`,
    `export const SOURCE_SHA256 = '${sha256(readFileSync(source))}';`,
    `export const KERNELS_SHA256 = '${sha256(wasm)}';`,
    'export const KERNELS_BASE64 = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
  writeFileSync(join(folder, 'kernels_wasm.ts'), text);
  console.log(`kernels_wasm.ts: ${wasm.length} bytes of wasm`);
}
