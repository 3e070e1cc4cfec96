// How a detector listens to a stream of samples: what its firmware is told, what it answers, and what it has to answer.
import { sha256 } from '../base/files.js';
import { resultBytes } from '../converter/detectors/program.js';
import type { FrameClient } from '../device/frame_client.js';
import { streamFacts, streamTo } from '../device/stream.js';
import { sensorStream, SENSOR_RESULT_EXTRA, type StreamSources } from '../firmware-templates/index.js';
import { windowOf } from '../trainer/anomaly/detector_file.js';
import { Follower, type DetectorModel, type Step } from './detector_model.js';

/** What a window gave. */
export interface SensorResult extends Omit<Step, 'features' | 'centred'> {
  /** Which window of the stream it is, from 0 on. */
  window: number;
}

/** Of the answer to a FEED. */
const RESULTS_BYTES = 236;

/** Of all that makes windows' features of samples. */
export function specHashOf({ frontEnd, stride, sensor }: DetectorModel['file']): string {
  return sha256(JSON.stringify({ frontEnd, stride, sensor })).slice(0, 8);
}

export function sensorStreamOf({ file, program }: DetectorModel): StreamSources {
  const { stride, sensor } = file;
  return sensorStream({
    ...{ stride, channels: sensor.channels.length, sampleRate: sensor.sampleRate },
    specHash: specHashOf(file),
    resultBytes: resultBytes(program),
  });
}

/**
 * Streams a recording to a board.
 * @param samples int16 [samples × channels]
 * @param onResult is given what each window gave, in order
 * @throws KilnError those of streams and of the session
 */
export async function streamSamples(
  client: FrameClient,
  model: DetectorModel,
  samples: Int16Array,
  onResult: (result: SensorResult) => void,
): Promise<void> {
  const facts = await streamFacts(client);
  await streamTo(client, facts, piecesOf(model, samples), (bytes) => onResult(readResult(bytes)));
}

/** As much at a time as gives no more results than fit an answer. */
export function* piecesOf({ file, program }: DetectorModel, samples: Int16Array): Generator<Int16Array> {
  const results = Math.floor(RESULTS_BYTES / (resultBytes(program) + SENSOR_RESULT_EXTRA));
  const size = results * file.stride * file.sensor.channels.length;
  for (let at = 0; at < samples.length; at += size) yield samples.subarray(at, at + size);
}

/** As the board answers it. */
export function readResult(bytes: Uint8Array): SensorResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scores = (bytes.length - SENSOR_RESULT_EXTRA - 1) / 4;
  return {
    window: view.getUint32(0, true),
    scores: Int32Array.from({ length: scores }, (_, i) => view.getInt32(4 + 4 * i, true)),
    alarm: bytes[bytes.length - 2] === 1,
    drift: bytes[bytes.length - 1] === 1,
  };
}

/** What the host makes of the same samples. */
export function* hostResults(model: DetectorModel, samples: Int16Array): Generator<SensorResult> {
  const follower = new Follower(model);
  const channels = model.file.sensor.channels.length;
  const [size, step] = [windowOf(model.file) * channels, model.file.stride * channels];
  for (let window = 0, at = 0; at + size <= samples.length; window++, at += step) {
    const { scores, alarm, drift } = follower.push(samples.subarray(at, at + size));
    yield { window, scores, alarm, drift };
  }
}
