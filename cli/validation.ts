// A validation as it is reported, and the receipt that is kept of it.
import { joinTensors } from '../base/bytes.js';
import { packageVersion, sha256 } from '../base/files.js';
import type { Port } from '../device/ports.js';
import type { Mismatch, Validation } from '../device/validate.js';
import type { Reporter } from './reporter.js';
import type { Subject } from './subject.js';
import { formatBytes } from './units.js';

export function reportValidation(reporter: Reporter, validation: Validation, virtual: boolean): void {
  const { mismatches } = validation;
  reporter.line(verdict(validation));
  reporter.line(`one inference: ${latency(validation, virtual)}`);
  const memory = memoryOf(validation);
  if (memory) reporter.line(memory);
  for (const mismatch of mismatches.slice(0, 5)) reporter.line(described(mismatch));
  if (mismatches.length > 5) reporter.line(`and ${mismatches.length - 5} more vectors`);
  const layer = layerOf(validation);
  if (layer) reporter.line(layer);
  const { resent = 0, damaged = 0, restarts = 0 } = validation.line ?? {};
  if (damaged + restarts > 0) {
    reporter.notice(
      `a bad line: ${damaged} frames damaged, ${resent} sent again, the board found again ${restarts} times`,
    );
  }
}

function verdict({ vectors, equal, compared, seconds, info, answersAs, by }: Validation): string {
  const how = compared === 'bytes' ? 'byte for byte' : 'as far as three decimals tell';
  const firmware = info ? `build ${info.build}` : `firmware that answers as ${answersAs}`;
  const over = by === 'frames' ? 'by frames' : 'by text';
  return `${equal} of ${vectors} vectors equal, ${how} (${seconds.toFixed(1)} s ${over}, ${firmware})`;
}

function described({ index, element, expected, actual }: Mismatch): string {
  return `vector ${index}: output ${element} is ${actual}, expected ${expected}`;
}

function memoryOf({ stack, arena }: Validation): string | undefined {
  if (!arena) return undefined;
  const used = stack ? `${formatBytes(stack.used)} of ${formatBytes(stack.reserved)}` : 'unknown';
  return `stack at most ${used}, arena ${formatBytes(arena.used)} of ${formatBytes(arena.reserved)}`;
}

function layerOf({ layer }: Validation): string | undefined {
  if (!layer) return undefined;
  if ('unknown' in layer) return `which layer is not known: ${layer.unknown}`;
  const { number, opcode, element, expected, actual, differing, elements, index } = layer;
  const where = `layer ${number} (${opcode} ${layer.layer}) is the first that differs, in vector ${index}`;
  return `${where}: element ${element} is 0x${actual}, expected 0x${expected}; ${differing} of ${elements} elements differ`;
}

/** On QEMU a tick is an instruction; on hardware it is time. */
export function latency({ ticks, microseconds }: Validation, virtual: boolean): string {
  if (virtual) {
    const n = (value: number) => value.toLocaleString('en');
    return `${n(ticks.median)} instructions (min ${n(ticks.min)}, max ${n(ticks.max)}), emulator`;
  }
  const ms = (us: number) => (us / 1000).toFixed(2);
  return `${ms(microseconds.median)} ms (min ${ms(microseconds.min)}, max ${ms(microseconds.max)}), hardware`;
}

/** All that was proven, and of what. */
export function receiptOf(
  { path: modelFile, hash }: Pick<Subject, 'path' | 'hash'>,
  inputs: readonly Int8Array[],
  { path, boards }: Pick<Port, 'path' | 'boards'>,
  virtual: boolean,
  result: Validation,
) {
  return {
    tinykiln: packageVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    port: path,
    /** What the port's USB id says; a virtual board's is certain. */
    boards,
    virtual,
    support: virtual ? 'emulator' : 'hardware',
    modelFile,
    modelHash: hash,
    vectorsSha256: sha256(joinTensors(inputs)),
    ...result,
  };
}
