// The generated front end as a program of this computer, fed in chunks.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packageRoot } from '../../base/files.js';
import { frontendMetadata } from '../../converter/metadata.js';
import { renderFrontend, runtimeFor, type ProjectFile } from '../../firmware-templates/index.js';
import { featuresPerFrame, frontendKind, type FrontendSpec } from '../../trainer/frontend/micro_frontend.js';
import { frontendTables } from '../../trainer/frontend/tables.js';

const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** frontend.h, frontend.c and their headers in one flat list. */
export function frontendFiles(spec: FrontendSpec): ProjectFile[] {
  const { sha256 } = frontendMetadata(frontendKind(spec), spec);
  const own = renderFrontend(frontendTables(spec), { name: 'net', sha256 });
  const library = own.flatMap(({ text }) => runtimeFor(text));
  return [...own, ...library.map(({ path, text }) => ({ path: basename(path), text }))];
}

/** Of all frames. */
export interface FrontendOutput {
  logs: Uint16Array;
  features: Int8Array;
}

/** A program that is built once and run often. */
export class HostFrontend {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tinykiln-frontend-'));

  /** @param flags beside those that find what is undefined */
  constructor(
    private readonly spec: FrontendSpec,
    flags: readonly string[],
  ) {
    const main = readFileSync(join(packageRoot(), 'tests', 'firmware', 'frontend_main.c'), 'utf8');
    for (const { path, text } of [...frontendFiles(spec), { path: 'main.c', text: main }]) {
      writeFileSync(join(this.folder, path), text);
    }
    const units = ['frontend.c', 'main.c', '-o', 'frontend'];
    const built = spawnSync('cc', ['-std=c99', ...SANITIZERS, ...flags, ...units], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    if (built.status !== 0) throw new Error(built.stderr);
  }

  /** @param chunks an empty one resets */
  run(chunks: readonly Int16Array[]): FrontendOutput {
    return this.frames(chunks.flatMap((chunk) => [Buffer.from(Int32Array.of(chunk.length).buffer), bytes(chunk)]));
  }

  /** @param frames of logarithms, not of the front end's own making */
  featuresOf(frames: readonly Uint16Array[]): Int8Array {
    return this.frames(frames.flatMap((logs) => [Buffer.from(Int32Array.of(-1).buffer), bytes(logs)])).features;
  }

  private frames(parts: readonly Buffer[]): FrontendOutput {
    const input = Buffer.concat(parts);
    const { status, stdout, stderr } = spawnSync(join(this.folder, 'frontend'), { input, maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`exit code ${status}: ${stderr.toString()}`);
    const [first, size] = [2 * this.spec.channels, 2 * this.spec.channels + featuresPerFrame(this.spec)];
    const cut = (from: number, to: number) =>
      Buffer.concat(
        Array.from({ length: stdout.length / size }, (_, i) => stdout.subarray(i * size + from, i * size + to)),
      );
    return {
      logs: new Uint16Array(new Uint8Array(cut(0, first)).buffer),
      features: new Int8Array(new Uint8Array(cut(first, size)).buffer),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function bytes({ buffer, byteOffset, byteLength }: Int16Array | Uint16Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
