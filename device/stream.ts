// A stream of samples to a board, and what it makes of it: the same whatever the line drops or doubles.
import { KilnError } from '../base/errors.js';
import { FrameClient } from './frame_client.js';
import { carriesBytes, type Link } from './link.js';
import { packSamples } from './packed_samples.js';
import { BoardClient } from './protocol.js';
import { FEED_BYTES, feed, feedPacked, type Request } from './requests.js';

const KINDS = ['none', 'audio', 'sensors'] as const;

/** What a firmware listens to. */
export interface StreamFacts {
  kind: (typeof KINDS)[number];
  /** Samples at a time. */
  channels: number;
  /** Bytes of a result. */
  resultSize: number;
  /** Hz. */
  sampleRate: number;
  /** First 8 hexadecimal digits of the SHA-256 of the front end's spec. */
  specHash: string;
}

export interface StreamOptions {
  /** Longest silence of the board. */
  timeoutMs: number;
  /** At which the port is open. */
  baudRate: number;
  /** Speed to propose; left out, the port keeps its own. */
  speed?: number | undefined;
  onLog?: (line: string) => void;
}

/** @throws KilnError `stream-unknown` where the firmware has no frames, and those of link and session */
export async function connectStream(link: Link, options: StreamOptions): Promise<FrameClient> {
  const { timeoutMs, baudRate, speed } = options;
  const board = await BoardClient.connect(link, timeoutMs);
  if (!carriesBytes(link) || !(await board.hasFrames())) throw unknown(link, 'no frames');
  const client = await FrameClient.connect(link, options);
  if (speed) await client.setBaudRate(speed, baudRate);
  return client;
}

/** @throws KilnError `stream-unknown` where the firmware is older than streams, and those of the session */
export async function streamFacts(client: FrameClient): Promise<StreamFacts> {
  const bytes = Buffer.from(await asked(client));
  const kind = KINDS[bytes[0] ?? -1];
  if (bytes.length !== 12 || kind === undefined) throw unknown(client, `an answer of ${bytes.length} B`);
  const specHash = bytes.readUInt32LE(8).toString(16).padStart(8, '0');
  return { kind, channels: bytes[1]!, resultSize: bytes.readUInt16LE(2), sampleRate: bytes.readUInt32LE(4), specHash };
}

async function asked(client: FrameClient): Promise<Uint8Array> {
  try {
    return await client.stream();
  } catch (error) {
    if (error instanceof KilnError && error.code === 'board-refused') throw unknown(client, 'a refusal');
    throw error;
  }
}

function unknown({ path }: { path: string }, found: string): KilnError {
  const what = `asked what it listens to, the firmware gives ${found}`;
  const todo = 'Build and flash it anew with this tinykiln.';
  return new KilnError('stream-unknown', { where: `port ${path}`, what, todo }, 'device');
}

/** Samples in pieces of any size; of several channels, interleaved. */
export type Samples = Iterable<Int16Array> | AsyncIterable<Int16Array>;

/**
 * Feeds a stream from its start; the board's was reset before.
 * @param onResult is given each result's bytes, in order
 * @returns how many samples there were
 * @throws KilnError `stream-broken` where the board has not taken what it was sent, and those of the session
 */
export async function streamTo(
  client: FrameClient,
  { resultSize, channels }: StreamFacts,
  samples: Samples,
  onResult: (bytes: Uint8Array) => void,
): Promise<number> {
  await client.reset();
  let sent = 0;
  for await (const piece of samples) {
    for (const { request, samples } of channels === 1 ? packedFeeds(piece) : plainFeeds(piece)) {
      const answer = Buffer.from(await client.feed(request));
      sent += 2 * samples;
      checkAnswer(client, answer, sent, resultSize);
      for (let at = 4; at < answer.length; at += resultSize) onResult(answer.subarray(at, at + resultSize));
    }
  }
  return sent / 2;
}

interface Feed {
  request: Request;
  samples: number;
}

/** As many whole samples as fit, little-endian. */
function* plainFeeds(samples: Int16Array): Generator<Feed> {
  const most = FEED_BYTES >> 1;
  for (let at = 0; at < samples.length; at += most) {
    const part = samples.subarray(at, at + most);
    const bytes = Buffer.alloc(2 * part.length);
    part.forEach((sample, i) => bytes.writeInt16LE(sample, 2 * i));
    yield { request: feed(bytes), samples: part.length };
  }
}

/** Of one channel, as many as fit when they are packed, or not packed where that is shorter. */
function* packedFeeds(samples: Int16Array): Generator<Feed> {
  for (let at = 0; at < samples.length;) {
    const rest = samples.subarray(at);
    const packed = packSamples(rest);
    const [plain] = plainFeeds(rest.subarray(0, FEED_BYTES >> 1));
    const chosen = packed.samples > plain!.samples ? { ...packed, request: feedPacked(packed.bytes) } : plain!;
    yield chosen;
    at += chosen.samples;
  }
}

function checkAnswer({ path }: FrameClient, answer: Buffer, sent: number, resultSize: number): void {
  const taken = answer.length >= 4 ? answer.readUInt32LE(0) : -1;
  if (taken === sent % 2 ** 32 && (answer.length - 4) % resultSize === 0) return;
  const what = `the board has taken ${taken} B of the ${sent} B that it was sent`;
  const todo = 'Begin anew, and let no other program use this port meanwhile.';
  throw new KilnError('stream-broken', { where: `port ${path}`, what, todo }, 'device');
}
