// A detector's C, run over a recording: on this computer under the sanitizers, and on a core that QEMU runs.
import { scoreAll } from '../../converter/detectors/detector.js';
import { detectorEnds, type DetectorProgram } from '../../converter/detectors/program.js';
import { detectorFiles } from '../../converter/detectors/source.js';
import { benchModel, type BenchResult } from '../../device/bench.js';
import { runCompiledOnHost } from '../../device/host.js';
import { loadBenchTarget } from '../../firmware-templates/bench_targets.js';

export type Input = Int16Array | Int32Array;

const WARNINGS = ['-Wall', '-Wextra', '-Wconversion', '-Wsign-conversion', '-Wshadow', '-pedantic', '-Werror'];
const FLAGS = ['-std=c99', '-O1', ...WARNINGS, '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** What a detector's program gives by the host's integers: scores, and after those of each call the alarm if it has one. */
export function outputsOf({ detector, alarm }: DetectorProgram, inputs: readonly ArrayLike<number>[]): Int32Array {
  const scores = scoreAll(detector, inputs);
  if (!alarm) return scores;
  const follow = alarm.start();
  return Int32Array.from([...scores].flatMap((score) => [score, follow(score) ? 1 : 0]));
}

/** @returns what the program gives in C */
export async function runOnHost(program: DetectorProgram, inputs: readonly Input[]): Promise<Int32Array> {
  const ends = detectorEnds(program);
  const outputs = await runCompiledOnHost({
    files: detectorFiles(program),
    name: program.name,
    inputs: inputs.map(bytesOf),
    outputSize: ends.outputs.reduce((sum, { bytes }) => sum + bytes, 0),
    ends,
    flags: FLAGS,
  });
  return wordsOf(outputs);
}

export function runOnCore(
  program: DetectorProgram,
  inputs: readonly Input[],
  core: string,
): { outputs: Int32Array; bench: BenchResult } {
  const bench = benchModel({
    files: detectorFiles(program),
    name: program.name,
    ...detectorEnds(program),
    layers: [],
    target: loadBenchTarget(core),
    vectors: inputs.map(bytesOf),
    optimization: '-O2',
  });
  return { outputs: wordsOf(bench.outputs), bench };
}

function bytesOf({ buffer, byteOffset, byteLength }: Input): Int8Array {
  return new Int8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

function wordsOf(outputs: readonly Int8Array[]): Int32Array {
  return new Int32Array(
    Uint8Array.from(outputs.flatMap((bytes) => [...new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)]))
      .buffer,
  );
}
