// Frames on the line, byte for byte as docs/protocol.md has them: COBS between zeros, closed by a CRC-32.
import { crc32 } from 'node:zlib';

export interface Frame {
  type: number;
  /** 1 to 255. */
  session: number;
  /** 0 to 65535, and from there to 0. */
  sequence: number;
  payload: Uint8Array;
}

const LONGEST_BLOCK = 254;
/** A segment that is longer was never meant to be a frame. */
const LONGEST_SEGMENT = 4096;

export function encodeFrame({ type, session, sequence, payload }: Frame): Buffer {
  const plain = Buffer.alloc(8 + payload.length);
  plain[0] = type;
  plain[1] = session;
  plain.writeUInt16LE(sequence, 2);
  plain.set(payload, 4);
  plain.writeUInt32LE(crc32(plain.subarray(0, -4)), plain.length - 4);
  return Buffer.concat([Buffer.of(0), stuff(plain), Buffer.of(0)]);
}

/** What stood between two zeros, or undefined where that is no whole frame. */
export function decodeFrame(stuffed: Uint8Array): Frame | undefined {
  const plain = unstuff(stuffed);
  if (!plain || plain.length < 8) return undefined;
  if (crc32(plain.subarray(0, -4)) !== plain.readUInt32LE(plain.length - 4)) return undefined;
  return { type: plain[0]!, session: plain[1]!, sequence: plain.readUInt16LE(2), payload: plain.subarray(4, -4) };
}

/** COBS (Cheshire and Baker, 1999): each zero becomes the distance to the next one. */
function stuff(plain: Uint8Array): Buffer {
  const out = Buffer.alloc(plain.length + 2 + Math.floor(plain.length / LONGEST_BLOCK));
  let [code, to] = [0, 1];
  for (const byte of plain) {
    if (byte !== 0) out[to++] = byte;
    if (byte !== 0 && to - code <= LONGEST_BLOCK) continue;
    out[code] = to - code;
    code = to++;
  }
  out[code] = to - code;
  return out.subarray(0, to);
}

function unstuff(stuffed: Uint8Array): Buffer | undefined {
  const out = Buffer.alloc(stuffed.length);
  let to = 0;
  for (let from = 0; from < stuffed.length;) {
    const code = stuffed[from]!;
    const end = from + code;
    if (code === 0 || end > stuffed.length) return undefined;
    out.set(stuffed.subarray(from + 1, end), to);
    to += code - 1;
    from = end;
    if (code <= LONGEST_BLOCK && from < stuffed.length) out[to++] = 0;
  }
  return out.subarray(0, to);
}

/** What a piece of the line's stream held. */
export interface Heard {
  frames: Frame[];
  /** What the firmware printed between frames. */
  text: string;
  /** Segments that are neither. */
  damaged: number;
}

/** Takes the stream apart, in whatever pieces it comes. */
export class FrameReader {
  private segment = Buffer.alloc(0);

  /** Whether something was begun that has not ended. */
  get isAmidst(): boolean {
    return this.segment.length > 0;
  }

  feed(bytes: Uint8Array): Heard {
    const heard: Heard = { frames: [], text: '', damaged: 0 };
    let stream = Buffer.concat([this.segment, bytes]);
    for (let end = stream.indexOf(0); end >= 0; end = stream.indexOf(0)) {
      take(stream.subarray(0, end), heard);
      stream = stream.subarray(end + 1);
    }
    if (stream.length > LONGEST_SEGMENT) {
      take(stream, heard);
      stream = Buffer.alloc(0);
    }
    this.segment = stream;
    return heard;
  }
}

function take(segment: Buffer, heard: Heard): void {
  if (segment.length === 0) return;
  const frame = decodeFrame(segment);
  if (frame) heard.frames.push(frame);
  else if (/^[\t\r\n -~]*$/.test(segment.toString('latin1'))) heard.text += segment.toString('latin1');
  else heard.damaged++;
}
