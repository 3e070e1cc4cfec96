// What a firmware with a detector listens to: windows of samples, one result for each.
import { MOST_SAMPLES, RESULTS_BYTES, type StreamSources } from './stream_c.js';

export interface SensorStream {
  /** Samples from the start of a window to that of the next. */
  stride: number;
  channels: number;
  /** Hz, of each channel. */
  sampleRate: number;
  /** First 8 hexadecimal digits of the SHA-256 of what makes windows and features. */
  specHash: string;
  /** Bytes of a window's scores and alarm. */
  resultBytes: number;
}

/** Bytes of a result beside scores and alarm: which window it is, and whether something has moved. */
export const SENSOR_RESULT_EXTRA = 5;

/** A result for each sample may be more than fits an answer: the host then sends less at a time. */
export function sensorStream({ stride, channels, sampleRate, specHash, ...stream }: SensorStream): StreamSources {
  const resultBytes = stream.resultBytes + SENSOR_RESULT_EXTRA;
  return {
    source: 'stream_sensors.c',
    files: [],
    defines: {
      KILN_STREAM_CHANNELS: channels,
      KILN_STREAM_STRIDE: stride,
      KILN_STREAM_RATE: Math.round(sampleRate),
      KILN_STREAM_SPEC_HASH: Number.parseInt(specHash, 16),
    },
    resultBytes,
    resultsAtOnce: Math.min(Math.ceil(MOST_SAMPLES / (stride * channels)), Math.floor(RESULTS_BYTES / resultBytes)),
    ramBytes: 8,
    tableBytes: 0,
  };
}
