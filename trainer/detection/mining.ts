// Hard negatives: the seconds of recordings without a keyword in which a model hears one.
import { clipLength, cut } from '../clip_audio.js';
import { Listener, type Inference, type ListenerSpec, type Step } from './listener.js';

export interface Mined {
  /** First sample of the second that the model was given when it was surest. */
  start: number;
  keyword: number;
  /** Mean posterior at the detection, 0 … 1. */
  score: number;
}

/** Every detection is false: nobody says a keyword in these samples. Before and behind them it is quiet for as long as a clip. */
export function* mine(spec: ListenerSpec, model: Inference, samples: Int16Array): Generator<Mined> {
  const { smoothing } = spec.detection;
  const length = clipLength(spec.frontend.sampleRate);
  const listener = new Listener(spec, model);
  const recent: Step[] = [];
  const piece = new Int16Array(length);
  for (let at = -length; at < samples.length + length; at += length) {
    cut(samples, at, piece);
    for (const step of listener.feed(piece)) {
      recent.push(step);
      if (recent.length > smoothing) recent.shift();
      const { detection } = step;
      if (!detection) continue;
      const { keyword, score } = detection;
      const surest = recent.reduce((a, b) => (posterior(b, keyword) > posterior(a, keyword) ? b : a));
      yield { start: surest.samples - 2 * length, keyword, score: score / (256 * smoothing) };
    }
  }
}

function posterior({ posteriors }: Step, keyword: number): number {
  return posteriors?.[keyword] ?? -128;
}
