// What `kiln monitor` needs of a kind of stream: how its results are read, and what of each is shown.
import type { FrameClient } from '../../device/frame_client.js';
import type { StreamFacts } from '../../device/stream.js';
import type { Context } from '../context.js';

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
  /** Hz. */
  sampleRate: number;
  /** Values of a sample. */
  channels: number;
  /** What its events are called. */
  events: string;
  /** What the command line names, in pieces of whole samples. @throws KilnError of the file */
  samples(source: unknown, context: Context): AsyncIterable<Int16Array>;
  /** Refuses a board that listens otherwise, by name. @throws KilnError */
  requireBoard(facts: StreamFacts, client: Pick<FrameClient, 'hello' | 'path'>): void;
  /** Reads the bytes of a board's results, in order. */
  reader(): (result: Uint8Array) => Shown;
  /** Reads the lines of a board that hears its own microphone; left out where none does. */
  spoken?(path: string, onNotice: (text: string) => void): (line: string) => Shown | undefined;
  /** The same on this computer: samples in, results out. */
  listener(): (samples: Int16Array) => Shown[];
  /** What is known at the end: of this computer's listener, or of the board's memory. */
  conclude?(context: Context, board?: FrameClient): Promise<void>;
}
