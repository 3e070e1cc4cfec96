// What a firmware listens to, as files and numbers of its project. Without it, the firmware listens to nothing.
import { KilnError } from '../base/errors.js';
import { renderDetection, type DetectionData } from './detection_c.js';
import { frontendTableBytes, renderFrontend, type FrontendData } from './frontend_c.js';
import type { ProjectFile } from './project_folder.js';

export interface StreamSources {
  /** What implements app/stream.h. */
  source: `stream_${string}.c`;
  /** What it is made of beside the model, under stream/. */
  files: ProjectFile[];
  /** What kiln_config.h defines for it. */
  defines: Readonly<Record<`KILN_STREAM_${string}`, number>>;
  /** Of one result, and how many of them one request can bring at most. */
  resultBytes: number;
  resultsAtOnce: number;
  /** Of its static memory, at least. */
  ramBytes: number;
  /** Of its tables. */
  tableBytes: number;
}

/** Prefix of what is generated: no model has it. */
const PREFIX = 'kiln';
/** Of app/transfer.c: samples that come at once, and bytes of results in an answer. */
export const [MOST_SAMPLES, RESULTS_BYTES] = [468, 236];

export interface AudioStream {
  frontend: FrontendData;
  /** Hex SHA-256 of its spec. */
  sha256: string;
  detection: DetectionData;
  /** Of the model's input. */
  frames: number;
  /** From one inference to the next. */
  framesPerStep: number;
}

/** @throws KilnError `frontend-unsupported`, `stream-results` */
export function audioStream({ frontend, sha256, detection, frames, framesPerStep }: AudioStream): StreamSources {
  const { window, channels, features, stride, fft } = frontend;
  const classes = detection.thresholds.length;
  const sized = {
    resultBytes: 8 + classes,
    resultsAtOnce: 1 + Math.floor((MOST_SAMPLES - 1) / (stride * framesPerStep)),
  };
  checkResults(sized);
  return {
    source: 'stream_audio.c',
    files: [...renderFrontend(frontend, { name: PREFIX, sha256 }), ...renderDetection(detection, PREFIX)],
    defines: { KILN_STREAM_FRAMES: frames, KILN_STREAM_FRAMES_PER_STEP: framesPerStep },
    ...sized,
    ramBytes: 2 * window + 2 * fft + 8 * channels + frames * features + (4 + detection.smoothing) * classes,
    tableBytes: frontendTableBytes(frontend) + 2 * classes,
  };
}

/** Of the longest answer that is kept: RUN's, or FEED's. */
export function answerBytes(stream: Pick<StreamSources, 'resultBytes' | 'resultsAtOnce'> | undefined): number {
  return Math.max(9, 4 + (stream ? stream.resultBytes * stream.resultsAtOnce : 0));
}

function checkResults({ resultBytes, resultsAtOnce }: Pick<StreamSources, 'resultBytes' | 'resultsAtOnce'>): void {
  const bytes = resultBytes * resultsAtOnce;
  if (bytes <= RESULTS_BYTES) return;
  throw new KilnError('stream-results', {
    where: 'stream',
    what: `${resultsAtOnce} results of ${resultBytes} B can come at once, and ${RESULTS_BYTES} B fit in an answer`,
    todo: 'Detect less often (`detection.step`), or among fewer classes.',
  });
}
