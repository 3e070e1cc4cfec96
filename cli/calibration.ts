// Calibration on a machine: a detector's first windows there set its threshold, or where its features lie.
import { KilnError } from '../base/errors.js';
import { keptWords, placesOf } from '../converter/detectors/program.js';
import type { FrameClient } from '../device/frame_client.js';
import { streamFacts, streamTo } from '../device/stream.js';
import { requireFirmware } from './detector_board.js';
import type { DetectorModel } from './detector_model.js';
import { piecesOf } from './sensor_listening.js';

/** What a board has found. */
export interface Calibration {
  kind: 'threshold' | 'statistics';
  /** So far, and how many it takes. */
  seen: number;
  windows: number;
  /** In units of the score. */
  threshold?: { raise: number; clear: number };
  /** Of each feature: where it lies, and how it spreads against training. */
  features?: { name: string; mean: number; spread: number }[];
}

/** How long a board's own sensor is waited for between two looks. */
const LOOK_MS = 250;

/** @throws KilnError `calibration-none` where the detector is made without one */
function requireCalibration({ file, path }: DetectorModel) {
  if (file.calibration) return file.calibration;
  const what = 'it is made without a calibration';
  throw new KilnError('calibration-none', { where: path, what, todo: 'Ask for one where it is trained.' });
}

/** The words that a calibration begins with, or goes on from; the check before them is the board's affair. */
export async function writeKept(client: FrameClient, { program }: DetectorModel, kept: Int32Array): Promise<void> {
  const { offset } = keptPlace(program);
  await client.write('arena', offset + 4, new Uint8Array(Int32Array.from(kept).buffer));
}

function keptPlace(program: DetectorModel['program']) {
  return placesOf(program).find(({ name }) => name === 'kept')!;
}

/**
 * Begins anew, on what the board's own sensor gives, or on a recording that is streamed to it.
 * @throws KilnError `calibration-none`, `calibration-short` where the recording ends before, and those of the session
 */
export async function calibrate(
  client: FrameClient,
  model: DetectorModel,
  options: {
    samples?: Int16Array | undefined;
    onProgress: (seen: number, windows: number) => void;
    signal: AbortSignal;
  },
): Promise<Calibration> {
  requireCalibration(model);
  requireFirmware(model, client);
  const nothing = new Int32Array(keptWords(model.program));
  if (!options.samples) {
    await writeKept(client, model, nothing);
    return watch(client, model, options);
  }
  await streamTo(client, await streamFacts(client), anew(client, model, nothing, options.samples), () => {});
  const found = await readCalibration(client, model);
  options.onProgress(found.seen, found.windows);
  if (found.seen >= found.windows) return found;
  const what = `the recording has ${found.seen} windows, and the calibration takes ${found.windows}`;
  throw new KilnError('calibration-short', { where: client.path, what, todo: 'Give a longer recording.' });
}

/** The stream's reset puts back what was saved: it is cleared after that. */
async function* anew(client: FrameClient, model: DetectorModel, nothing: Int32Array, samples: Int16Array) {
  await writeKept(client, model, nothing);
  yield* piecesOf(model, samples);
}

async function watch(
  client: FrameClient,
  model: DetectorModel,
  { onProgress, signal }: { onProgress: (seen: number, windows: number) => void; signal: AbortSignal },
): Promise<Calibration> {
  for (;;) {
    signal.throwIfAborted();
    const found = await readCalibration(client, model);
    onProgress(found.seen, found.windows);
    if (found.seen >= found.windows) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** As the board has it. */
export async function readCalibration(client: FrameClient, model: DetectorModel): Promise<Calibration> {
  const { kind, windows } = requireCalibration(model);
  const { offset, bytes } = keptPlace(model.program);
  const read = Uint8Array.from(await client.read('arena', offset + 4, bytes - 4));
  const kept = new Int32Array(read.buffer);
  const found = { kind, seen: kept[0]!, windows };
  if (kept[0]! < windows) return found;
  return kind === 'threshold'
    ? { ...found, threshold: thresholdIn(model, kept) }
    : { ...found, features: featuresIn(model, kept) };
}

function thresholdIn({ program }: DetectorModel, kept: Int32Array) {
  const real = (score: number) => score / 2 ** program.detector.scoreBits;
  return { raise: real(kept[1]!), clear: real(kept[2]!) };
}

/** A gain is in Q12. */
function featuresIn({ file }: DetectorModel, kept: Int32Array) {
  return file.features.map((name, i) => ({ name, mean: kept[1 + 2 * i]!, spread: 4096 / kept[2 + 2 * i]! }));
}
