// Whether a machine is still the one that a detector was trained on: from a board's memory, or from a recording.
import type { DriftModel } from '../base/detector_models.js';
import { DRIFT_KINDS, DriftTracker, type DriftFigures, type DriftKind } from '../base/drift.js';
import { KilnError } from '../base/errors.js';
import { placesOf } from '../converter/detectors/program.js';
import type { FrameClient } from '../device/frame_client.js';
import { connectFrames } from '../device/framed.js';
import type { Link } from '../device/link.js';
import { windowOf } from '../trainer/anomaly/detector_file.js';
import { requireFirmware } from './detector_board.js';
import { Follower, type DetectorModel } from './detector_model.js';
import type { Metric } from './prometheus.js';
import { readRecording } from './recording.js';
import type { Reporter } from './reporter.js';

/** A quantity that is watched: how far it is from training, and by what it has moved. */
export interface DriftFinding extends DriftFigures {
  name: string;
  limits: DriftFigures;
  moved: DriftKind[];
}

export interface DriftReport {
  /** Hash of the detector. */
  model: string;
  /** That the statistics have seen since they began. */
  windows: number;
  drift: boolean;
  quantities: DriftFinding[];
}

/** @throws KilnError `drift-unknown` where the detector was made without what drift is measured against */
export function driftModelOf({ file, path }: DetectorModel): DriftModel {
  if (file.drift) return file.drift;
  const what = 'it says nothing of what drift is measured against';
  throw new KilnError('drift-unknown', { where: path, what, todo: 'Train it anew, on 64 normal windows or more.' });
}

/** Of a whole recording, window by window. @throws KilnError of the file; `recording-invalid` where it is too short */
export function driftOfRecording(model: DetectorModel, path: string): DriftReport {
  driftModelOf(model);
  const { sensor, stride } = model.file;
  const samples = readRecording(path, sensor.channels);
  const follower = new Follower(model);
  const [size, step] = [windowOf(model.file) * sensor.channels.length, stride * sensor.channels.length];
  if (samples.length < size) {
    const what = `${samples.length / sensor.channels.length} samples, and a window has ${windowOf(model.file)}`;
    throw new KilnError('recording-invalid', { where: path, what, todo: 'Give a longer recording.' });
  }
  for (let at = 0; at + size <= samples.length; at += step) follower.push(samples.subarray(at, at + size));
  return reportOf(model, follower.tracker!);
}

/**
 * As the board has it in its memory.
 * @throws KilnError `model-mismatch` where it runs another detector, and those of link and session
 */
export async function driftOfBoard(model: DetectorModel, link: Link, timeoutMs: number): Promise<DriftReport> {
  driftModelOf(model);
  const client = await connectFrames(link, timeoutMs);
  requireFirmware(model, client);
  const tracker = await boardTracker(model, client);
  await client.leave();
  return reportOf(model, tracker!);
}

/** The statistics in a board's memory; undefined where the detector keeps none. */
export async function boardTracker(model: DetectorModel, client: FrameClient): Promise<DriftTracker | undefined> {
  const places = placesOf(model.program).filter(({ name }) => name.startsWith('drift'));
  if (!model.file.drift || places.length === 0) return undefined;
  const tracker = new DriftTracker(model.file.drift);
  const length = places.reduce((sum, { bytes }) => sum + bytes, 0);
  tracker.restore(await client.persistently(() => client.read('arena', places[0]!.offset, length)));
  return tracker;
}

export function reportOf(model: DetectorModel, tracker: DriftTracker): DriftReport {
  const quantities = driftModelOf(model).quantities.map(({ name, limits }, i) => ({
    ...{ name, ...tracker.figures(i), limits, moved: tracker.beyond(i) },
  }));
  const drift = quantities.some(({ moved }) => moved.length > 0);
  return { model: model.hash, windows: tracker.windows, drift, quantities };
}

const DIGITS: Readonly<DriftFigures> = { psi: 2, shift: 2, spread: 2, stuck: 0 };

export function printDrift(reporter: Reporter, { windows, quantities }: DriftReport): void {
  const cell = (finding: DriftFinding, kind: DriftKind) => {
    const limit = finding.limits[kind].toFixed(DIGITS[kind]);
    return `${finding[kind].toFixed(DIGITS[kind])} of ${limit}${finding.moved.includes(kind) ? ' !' : ''}`;
  };
  reporter.table(
    ['', 'stability index', 'mean, spreads', 'spread, octaves', 'windows without change'],
    quantities.map((finding) => [finding.name, ...DRIFT_KINDS.map((kind) => cell(finding, kind))]),
  );
  const moved = quantities.filter((finding) => finding.moved.length > 0);
  reporter.line(`${windows} windows; ${moved.length === 0 ? 'nothing has moved' : moved.map(described).join('; ')}`);
}

/** `0 rms: its mean is 1.4 spreads higher`. */
export function described({ name, moved, shift, spread, stuck, psi }: DriftFinding): string {
  const words: Readonly<Record<DriftKind, string>> = {
    psi: `its distribution is another (stability index ${psi.toFixed(2)})`,
    shift: `its mean is ${Math.abs(shift).toFixed(1)} spreads ${shift > 0 ? 'higher' : 'lower'}`,
    spread: `it spreads ${(2 ** Math.abs(spread)).toFixed(1)} times ${spread > 0 ? 'wider' : 'narrower'}`,
    stuck: `it has not changed for ${stuck} windows`,
  };
  return `${name}: ${moved.map((kind) => words[kind]).join(', ')}`;
}

const HELP: Readonly<Record<DriftKind, [string, string]>> = {
  psi: ['tinykiln_drift_psi', 'Population stability index against training.'],
  shift: ['tinykiln_drift_shift_spreads', "Mean against training, in training's standard deviations."],
  spread: ['tinykiln_drift_spread_octaves', 'Standard deviation against training, in octaves.'],
  stuck: ['tinykiln_drift_stuck_windows', 'Windows since the last change of the value.'],
};

export function driftMetrics({ model, windows, quantities }: DriftReport): Metric[] {
  const each = (value: (finding: DriftFinding) => number) =>
    quantities.map((finding) => ({ labels: { model, quantity: finding.name }, value: value(finding) }));
  return [
    {
      ...{ name: 'tinykiln_windows_total', help: 'Windows since the statistics began.', type: 'counter' },
      samples: [{ labels: { model }, value: windows }],
    },
    ...DRIFT_KINDS.map((kind): Metric => {
      const [name, help] = HELP[kind];
      return { name, help, type: 'gauge', samples: each((finding) => finding[kind]) };
    }),
    {
      ...{ name: 'tinykiln_drift_moved', help: 'Whether it is beyond a limit.', type: 'gauge' },
      samples: each(({ moved }) => (moved.length > 0 ? 1 : 0)),
    },
  ];
}
