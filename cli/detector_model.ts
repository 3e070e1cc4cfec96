// A trained detector as the commands use it: its file, its integers, and what each window gives.
import { resolve } from 'node:path';
import { sha256, readBytes } from '../base/files.js';
import { alarm } from '../converter/detectors/alarm.js';
import { resultBytes, type DetectorProgram } from '../converter/detectors/program.js';
import { sensorFrontEnd, wideSamples, type FrontEnd } from '../converter/detectors/sensor_front_end.js';
import { detectorOf } from '../converter/detectors/table.js';
import { parseDetectorFile, windowOf } from '../trainer/anomaly/detector_file.js';
import type { DetectorFile } from '../trainer/anomaly/detector_schema.js';
import { SensorFrontEnd } from '../trainer/sensors/front_end.js';

export interface DetectorModel {
  path: string;
  bytes: Uint8Array;
  /** How a board knows it: first 16 hexadecimal digits of the file's SHA-256. */
  hash: string;
  file: DetectorFile;
  program: DetectorProgram;
}

/** What one window gives. */
export interface Step {
  /** int16, or the samples themselves where there is no front end. */
  features: Int16Array | Int32Array;
  scores: Int32Array;
  alarm: boolean;
}

/** @throws KilnError of its file; `detector-invalid` */
export function readDetectorModel(path: string, prefix = 'detector'): DetectorModel {
  const bytes = readBytes(resolve(path), 'Train a detector (`kiln train`), or name its file.');
  return detectorModel(bytes, path, prefix);
}

/** @param path for errors @param prefix of its C */
export function detectorModel(bytes: Uint8Array, path: string, prefix = 'detector'): DetectorModel {
  const file = parseDetectorFile(bytes, path);
  const hash = sha256(bytes).slice(0, 16);
  return { path, bytes, hash, file, program: programOf(file, prefix, hash) };
}

function programOf(
  { frontEnd, detector, features, alarm: decision }: DetectorFile,
  name: string,
  hash: string,
): DetectorProgram {
  const integers = detectorOf(detector, features.length);
  const front = frontEndOf(frontEnd, integers.input);
  return { name, hash, ...(front && { frontEnd: front }), detector: integers, alarm: alarm(decision, integers) };
}

function frontEndOf(spec: DetectorFile['frontEnd'], input: DetectorProgram['detector']['input']): FrontEnd | undefined {
  if (spec) return sensorFrontEnd(new SensorFrontEnd(spec).model());
  return input.type === 'int32_t' ? wideSamples(input.count) : undefined;
}

/** Samples of a window times channels. */
export function windowSize({ file }: DetectorModel): number {
  return windowOf(file) * file.sensor.channels.length;
}

/** Takes windows of int16 samples one by one, [samples × channels]. */
export function follow({ file, program }: DetectorModel): (window: Int16Array) => Step {
  const { detector, alarm: decision } = program;
  const frontEnd = file.frontEnd && new SensorFrontEnd(file.frontEnd);
  const [score, decide] = [detector.start(), decision!.start()];
  return (window) => {
    const features = (frontEnd ? frontEnd.transform(window) : window).slice();
    const scores = new Int32Array(detector.outputs);
    score(features, scores);
    return { features, scores, alarm: decide(scores[0]!) };
  };
}

/** A step's results as the firmware has them: scores, little-endian, and 1 while there is an alarm. */
export function resultOf({ program }: DetectorModel, { scores, alarm: raised }: Step): Int8Array {
  const bytes = Buffer.alloc(resultBytes(program));
  scores.forEach((score, i) => bytes.writeInt32LE(score, 4 * i));
  bytes[bytes.length - 1] = raised ? 1 : 0;
  return new Int8Array(bytes);
}

/** Raw bytes, of any alignment, as samples. */
export function samplesOf(bytes: Int8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i, true));
}
