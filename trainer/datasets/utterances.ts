// Words in a long recording: where it is louder than its own quiet for as long as a word takes.

export interface Utterance {
  /** In samples. */
  start: number;
  end: number;
}

const FRAME_MS = 20;
/** What is quiet: the level that a fifth of the frames stay below. */
const QUIET_SHARE = 0.2;
/** Above quiet, in dB, and never below a level of full scale. */
const RISE_DB = 12;
const LEAST_LEVEL = 30 / 32768;
/** A pause within a word, and the shortest word. */
const [PAUSE_MS, SHORTEST_MS] = [200, 100];

/** In their order. A recording that is loud throughout holds none. */
export function utterancesOf(samples: Int16Array, sampleRate: number): Utterance[] {
  const frame = Math.round((sampleRate * FRAME_MS) / 1000);
  const levels = levelsOf(samples, frame);
  const quiet = [...levels].sort((a, b) => a - b)[Math.floor(QUIET_SHARE * levels.length)] ?? 0;
  const threshold = Math.max(LEAST_LEVEL, quiet * 10 ** (RISE_DB / 20));
  const found: Utterance[] = [];
  levels.forEach((level, i) => {
    if (level < threshold) return;
    const [start, end] = [i * frame, Math.min(samples.length, (i + 1) * frame)];
    const last = found.at(-1);
    if (last && (start - last.end) * 1000 <= PAUSE_MS * sampleRate) last.end = end;
    else found.push({ start, end });
  });
  return found.filter(({ start, end }) => (end - start) * 1000 >= SHORTEST_MS * sampleRate);
}

/** Root mean square of each frame, as a share of full scale. */
function levelsOf(samples: Int16Array, frame: number): Float64Array {
  return Float64Array.from({ length: Math.ceil(samples.length / frame) }, (_, i) => {
    const own = samples.subarray(i * frame, (i + 1) * frame);
    return Math.sqrt(own.reduce((sum, sample) => sum + sample * sample, 0) / own.length) / 32768;
  });
}

/** First sample of the clip with the word in its middle; of a longer word, its loudest stretch. */
export function clipAround({ start, end }: Utterance, samples: Int16Array, length: number): number {
  if (end - start <= length) return Math.round((start + end - length) / 2);
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += Math.abs(samples[i]!);
  let [best, most] = [start, sum];
  for (let first = start; first + length < end; first++) {
    sum += Math.abs(samples[first + length]!) - Math.abs(samples[first]!);
    if (sum > most) [best, most] = [first + 1, sum];
  }
  return best;
}
