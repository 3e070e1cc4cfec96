// A trained detector as the commands use it: its file, its integers, and what each window gives.
import { resolve } from 'node:path';
import { sha256, readBytes } from '../base/files.js';
import { axisMeans, DriftTracker } from '../base/drift.js';
import { alarm, type Alarm } from '../converter/detectors/alarm.js';
import { calibratedAlarm } from '../converter/detectors/calibrated_alarm.js';
import type { Detector, Scorer } from '../converter/detectors/detector.js';
import { keptWords, resultBytes, type DetectorProgram } from '../converter/detectors/program.js';
import { recentre } from '../converter/detectors/recentre.js';
import { sensorFrontEnd, wideSamples, type FrontEnd } from '../converter/detectors/sensor_front_end.js';
import { detectorWithNetwork } from '../converter/network_detector.js';
import { drift } from '../converter/drift/drift.js';
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
  /** Of the front end; the samples themselves where there is none. */
  features: Int16Array;
  /** Those that the detector is given: moved where there is a calibration of statistics. */
  centred: Int16Array;
  scores: Int32Array;
  alarm: boolean;
  /** Whether something that is watched has moved. */
  drift: boolean;
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

function programOf(file: DetectorFile, name: string, hash: string): DetectorProgram {
  const detector = detectorWithNetwork(file.detector, file.features.length, name);
  const frontEnd = frontEndOf(file.frontEnd, detector.input);
  return {
    ...{ name, hash, detector, alarm: alarmOf(file, detector) },
    ...(frontEnd && { frontEnd }),
    ...(file.calibration?.kind === 'statistics' && { recentre: recentre(file.calibration) }),
    ...(file.drift && { drift: drift(file.drift, { samples: windowOf(file), axes: file.sensor.channels.length }) }),
  };
}

function alarmOf({ alarm: model, calibration }: DetectorFile, detector: Detector): Alarm {
  return calibration?.kind === 'threshold' ? calibratedAlarm(model, calibration, detector) : alarm(model, detector);
}

function frontEndOf(spec: DetectorFile['frontEnd'], input: DetectorProgram['detector']['input']): FrontEnd | undefined {
  if (spec) return sensorFrontEnd(new SensorFrontEnd(spec).model());
  return input.type === 'int32_t' ? wideSamples(input.count) : undefined;
}

/** Samples of a window times channels. */
export function windowSize({ file }: DetectorModel): number {
  return windowOf(file) * file.sensor.channels.length;
}

/** A detector at work on one recording. */
export class Follower {
  /** Where drift is watched. */
  readonly tracker: DriftTracker | undefined;
  /** What a calibration on this machine has found: begins as zeros. */
  readonly kept: Int32Array;
  private readonly frontEnd: SensorFrontEnd | undefined;
  private readonly move: (features: Int16Array) => Int16Array;
  private readonly score: Scorer;
  private readonly decide: (score: number) => boolean;

  /** @param kept what an earlier calibration has found */
  constructor(
    private readonly model: DetectorModel,
    kept?: Int32Array,
  ) {
    const { file, program } = model;
    this.tracker = file.drift && new DriftTracker(file.drift);
    this.frontEnd = file.frontEnd && new SensorFrontEnd(file.frontEnd);
    this.kept = kept?.slice() ?? new Int32Array(keptWords(program));
    this.move = program.recentre?.start(this.kept) ?? ((features) => features);
    this.score = program.detector.start();
    this.decide = program.alarm!.start(this.kept);
  }

  /** @param window int16 samples [samples × channels], the next one */
  push(window: Int16Array): Step {
    const features = (this.frontEnd ? this.frontEnd.transform(window) : window).slice();
    const scores = new Int32Array(this.model.program.detector.outputs);
    const centred = this.move(features);
    this.score(centred, scores);
    const means = axisMeans(window, this.model.file.sensor.channels.length);
    const drift = this.tracker?.push({ features, score: scores[0]!, means }) ?? false;
    return { features, centred, scores, alarm: this.decide(scores[0]!), drift };
  }
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
