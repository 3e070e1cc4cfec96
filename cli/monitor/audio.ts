// Keywords in a stream of audio, as `kiln monitor` shows them.
import { KilnError } from '../../base/errors.js';
import { modelHash } from '../../converter/compile.js';
import { readAudioResult, type AudioResult } from '../../device/audio_results.js';
import { requireModel } from '../../device/validate.js';
import { listenerOn, secondsOf, type Ear } from '../listening.js';
import type { Model } from '../model.js';
import type { Shown, StreamKind } from './kind.js';
import { samplesOf } from './source.js';
import { readSpoken } from './spoken.js';

export function audioKind(model: Model, ear: Ear): StreamKind {
  return {
    ...{ sampleRate: ear.frontend.sampleRate, channels: 1, events: 'detections' },
    samples: (source, context) => samplesOf(source, ear.frontend.sampleRate, context),
    requireBoard(facts, { hello, path }) {
      if (facts.kind !== 'audio') throw listensTo(facts.kind, path);
      requireModel(hello, modelHash(model.bytes), path);
      const { sha256 } = ear.metadata;
      if (facts.specHash === sha256.slice(0, 8)) return;
      const what = `the board's front end is ${facts.specHash}, and the model was trained on that of ${sha256.slice(0, 8)}`;
      const todo = 'Build and flash the firmware anew: `kiln project`, `kiln build`, `kiln flash`.';
      throw new KilnError('frontend-mismatch', { where: `port ${path}`, what, todo });
    },
    reader() {
      const samples = unwrapped();
      return (bytes) => {
        const result = readAudioResult(bytes);
        return shown(ear, { ...result, samples: samples(result.samples) });
      };
    },
    spoken(path, onNotice) {
      const samples = unwrapped();
      return (line) => {
        const said = readSpoken(line, ear.labels.length, path);
        if (said && 'notice' in said) onNotice(said.notice);
        return said && 'result' in said
          ? shown(ear, { ...said.result, samples: samples(said.result.samples) })
          : undefined;
      };
    },
    listener() {
      const listener = listenerOn(model, ear);
      return (samples) => listener.feed(samples).map((step) => shown(ear, step));
    },
  };
}

function listensTo(kind: string, path: string): KilnError {
  const what = kind === 'none' ? 'its firmware listens to nothing' : `its firmware listens to ${kind}, not to audio`;
  const todo =
    'Give it firmware of a model that was trained by `kiln train`: `kiln project`, `kiln build`, `kiln flash`.';
  return new KilnError('stream-kind', { where: `port ${path}`, what, todo });
}

/** Counts on where 32 bits begin anew. */
function unwrapped(): (count: number) => number {
  let [last, base] = [0, 0];
  return (count) => {
    if (count < last) base += 2 ** 32;
    last = count;
    return base + count;
  };
}

function shown(ear: Ear, { samples, posteriors, detection }: AudioResult): Shown {
  const { labels } = ear;
  const seconds = secondsOf(ear, samples);
  const shares = Array.from(posteriors ?? [], (q) => (q + 128) / 256);
  const heard = detection && {
    keyword: labels[detection.keyword]!,
    score: detection.score / 256 / ear.detection.smoothing,
  };
  return {
    seconds,
    values: shares.map((value, i) => ({ name: labels[i]!, value })),
    event: heard && `${heard.keyword} (${heard.score.toFixed(2)})`,
    data: {
      seconds,
      posteriors: posteriors ? Object.fromEntries(shares.map((share, i) => [labels[i]!, share])) : null,
      detection: heard ?? null,
    },
  };
}
