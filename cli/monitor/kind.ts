// What `kiln monitor` needs of a kind of stream: how its results are read, and what of each is shown.
import type { Hello } from '../../device/requests.js';
import type { StreamFacts } from '../../device/stream.js';

/** One result, for people and for machines. */
export interface Shown {
  /** From the start of the stream. */
  seconds: number;
  /** Live values, 0 … 1, with their names. */
  values: readonly { name: string; value: number }[];
  /** What happened, where something did. */
  event: string | undefined;
  /** All of it: one line of `--json`. */
  data: Readonly<Record<string, unknown>>;
}

export interface StreamKind {
  /** Samples in which a wav file or a pipe is to come. Hz. */
  sampleRate: number;
  /** Refuses a board that listens otherwise, by name. @throws KilnError */
  requireBoard(facts: StreamFacts, hello: Hello, path: string): void;
  /** Reads the bytes of a board's results, in order. */
  reader(): (result: Uint8Array) => Shown;
  /** The same on this computer: samples in, results out. */
  listener(): (samples: Int16Array) => Shown[];
}
