// What a receipt states, from a validation that has just been done.
import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { joinTensors } from '../base/bytes.js';
import { KilnError } from '../base/errors.js';
import { packageVersion, readBytes, sha256, writeAtomic } from '../base/files.js';
import { firmwarePath } from '../device/build.js';
import type { Validation } from '../device/validate.js';
import { readProject } from '../firmware-templates/index.js';
import { fingerprint, signStatement, type Statement } from './receipt.js';
import type { Reporter } from './reporter.js';

export interface Proven {
  /** Bytes of its file. */
  model: Uint8Array;
  inputs: readonly Int8Array[];
  expected: readonly Int8Array[];
  boards: readonly string[];
  virtual: boolean;
  /** The project's firmware folder. */
  firmware: string;
  result: Validation;
}

/** @throws KilnError `firmware-unknown` */
export function writeReceipt(path: string, proven: Proven, key: KeyObject, reporter: Reporter): void {
  const receipt = signStatement(statementOf(proven), key);
  writeAtomic(path, `${JSON.stringify(receipt, null, 2)}\n`);
  reporter.line(`${path}: signed with key ${fingerprint(key)}`);
}

function statementOf({ model, inputs, expected, boards, virtual, firmware, result }: Proven): Statement {
  return {
    ...{ format: 'tinykiln-receipt', version: 1, at: new Date().toISOString() },
    model: fileOf(model),
    firmware: result.info ? firmwareOf(firmware, result.info.build) : null,
    board: {
      names: [...boards],
      verified: virtual ? 'emulator' : 'hardware',
      runtime: result.info?.runtime ?? 'unknown',
    },
    tools: {
      ...{ tinykiln: packageVersion(), node: process.version, platform: `${process.platform} ${process.arch}` },
      compiler: result.info ? compilerOf(firmware) : null,
    },
    vectors: {
      ...{ sent: result.vectors, equal: result.equal, compared: result.compared },
      inputsSha256: sha256(joinTensors(inputs)),
      outputsSha256: sha256(joinTensors(expected)),
    },
  };
}

function fileOf(bytes: Uint8Array): { sha256: string; bytes: number } {
  return { sha256: sha256(bytes), bytes: bytes.length };
}

/** The image with the build id that the board answered. @throws KilnError `firmware-unknown` where the project's is another */
function firmwareOf(folder: string, build: string): NonNullable<Statement['firmware']> {
  const elf = firmwarePath(folder);
  const todo = 'Build and flash the project anew, then validate and sign.';
  const unknown = (what: string) => new KilnError('firmware-unknown', { where: elf, what, todo });
  if (!existsSync(elf)) throw unknown(`the board runs build ${build}, and there is no firmware here to bind it to`);
  const { buildId } = readProject(folder);
  if (buildId !== build) throw unknown(`the board runs build ${build}, and this is build ${buildId}`);
  const images = ['elf', 'hex', 'bin'].map((ending) => [ending, elf.replace(/elf$/, ending)] as const);
  const made = images.filter(([, path]) => existsSync(path));
  return { build, files: Object.fromEntries(made.map(([ending, path]) => [ending, fileOf(readBytes(path))])) };
}

/** As GCC and clang name themselves in what they make. */
function compilerOf(folder: string): string | null {
  const bytes = readBytes(firmwarePath(folder));
  const at = bytes.indexOf('GCC: (');
  if (at < 0) return null;
  const end = bytes.indexOf(0, at);
  return bytes.subarray(at, Math.min(end < 0 ? at + 200 : end, at + 200)).toString('latin1');
}
