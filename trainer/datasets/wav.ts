// Reads and writes mono 16-bit PCM in RIFF/WAVE, and says exactly what is wrong with anything else.
import { KilnError } from '../../base/errors.js';

const PCM = 1;
const EXTENSIBLE = 0xfffe;
const ENCODINGS: Readonly<Record<number, string>> = { 2: 'ADPCM', 3: 'floating point', 6: 'A-law', 7: 'µ-law' };
/** Hz. Outside of it a header is damaged, not unusual. */
const LOWEST_RATE = 2000;
const HIGHEST_RATE = 384000;
const CONVERT = 'Convert it, for example with `ffmpeg -i IN -ac 1 -c:a pcm_s16le OUT.wav`.';
const REPLACE = 'Fetch or record the file again, or remove it from the data set.';

export interface WavHeader {
  /** Hz. */
  sampleRate: number;
  /** Byte at which the samples begin. */
  offset: number;
  /** How many samples there are, at least 1. */
  samples: number;
}

export interface Wav {
  sampleRate: number;
  samples: Int16Array;
}

interface Format {
  encoding: number;
  channels: number;
  sampleRate: number;
  bits: number;
}

interface Chunk {
  id: string;
  start: number;
  /** As the file claims. */
  size: number;
}

function fail(code: string, where: string, what: string, todo: string): KilnError {
  return new KilnError(`wav-${code}`, { where, what, todo });
}

/**
 * Finds the samples of a mono 16-bit file without reading them.
 * @throws KilnError `wav-empty`, `wav-not-riff`, `wav-truncated`, `wav-malformed`, `wav-encoding`, `wav-channels` or `wav-bits`
 */
export function wavHeader(bytes: Uint8Array, name: string): WavHeader {
  if (bytes.length === 0) throw fail('empty', name, 'the file is empty', REPLACE);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') {
    throw fail('not-riff', name, `not a WAV file: it begins with ${startOf(bytes)}`, CONVERT);
  }
  let format: Format | undefined;
  for (const chunk of chunksOf(view)) {
    if (chunk.id === 'fmt ') format = readFormat(view, chunk, name);
    if (chunk.id === 'data') return dataHeader(view, chunk, format, name);
  }
  throw fail('truncated', name, `the file ends after ${bytes.length} bytes, before its samples`, REPLACE);
}

/** The samples of a mono 16-bit file. @throws KilnError as `wavHeader` does */
export function readWav(bytes: Uint8Array, name: string): Wav {
  const { sampleRate, offset, samples: length } = wavHeader(bytes, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 2 * length);
  const samples = new Int16Array(length);
  for (let i = 0; i < length; i++) samples[i] = view.getInt16(2 * i, true);
  return { sampleRate, samples };
}

/** A mono 16-bit file: a header of 44 bytes, then the samples. */
export function encodeWav({ sampleRate, samples }: Wav): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const text = (offset: number, value: string) => bytes.set(Buffer.from(value, 'latin1'), offset);
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  for (let i = 0; i < samples.length; i++) view.setInt16(44 + 2 * i, samples[i]!, true);
  return bytes;
}

function tag(view: DataView, offset: number): string {
  if (offset + 4 > view.byteLength) return '';
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(offset + i)));
}

function startOf(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function* chunksOf(view: DataView): Generator<Chunk> {
  for (let start = 12; start + 8 <= view.byteLength;) {
    const size = view.getUint32(start + 4, true);
    yield { id: tag(view, start), start: start + 8, size };
    start += 8 + size + (size & 1);
  }
}

function readFormat(view: DataView, { start, size }: Chunk, name: string): Format {
  if (start + Math.max(size, 16) > view.byteLength) {
    throw fail('truncated', name, `the file ends after ${view.byteLength} bytes, inside its header`, REPLACE);
  }
  if (size < 16) throw fail('malformed', name, `the format chunk holds ${size} bytes, and 16 are needed`, REPLACE);
  const tagged = view.getUint16(start, true);
  return {
    encoding: tagged === EXTENSIBLE && size >= 26 ? view.getUint16(start + 24, true) : tagged,
    channels: view.getUint16(start + 2, true),
    sampleRate: view.getUint32(start + 4, true),
    bits: view.getUint16(start + 14, true),
  };
}

function dataHeader(view: DataView, data: Chunk, format: Format | undefined, name: string): WavHeader {
  if (!format) throw fail('malformed', name, 'the samples come before the format chunk', REPLACE);
  checkFormat(format, name);
  const held = view.byteLength - data.start;
  if (held < data.size) {
    throw fail('truncated', name, `the header promises ${data.size} bytes of samples, the file holds ${held}`, REPLACE);
  }
  if (data.size % 2 !== 0)
    throw fail('malformed', name, `${data.size} bytes do not divide into 16-bit samples`, REPLACE);
  if (data.size === 0) throw fail('empty', name, 'the file holds no samples', REPLACE);
  return { sampleRate: format.sampleRate, offset: data.start, samples: data.size / 2 };
}

function checkFormat({ encoding, channels, sampleRate, bits }: Format, name: string): void {
  if (encoding !== PCM) {
    const found = ENCODINGS[encoding] ?? `encoding ${encoding}`;
    throw fail('encoding', name, `samples in ${found}, and 16-bit PCM is expected`, CONVERT);
  }
  if (channels !== 1) {
    const found = channels === 2 ? 'stereo' : `${channels} channels`;
    throw fail('channels', name, `${found}, and mono is expected`, CONVERT);
  }
  if (bits !== 16) throw fail('bits', name, `${bits}-bit samples, and 16-bit ones are expected`, CONVERT);
  if (sampleRate < LOWEST_RATE || sampleRate > HIGHEST_RATE) {
    throw fail('malformed', name, `the header gives a sample rate of ${sampleRate} Hz`, REPLACE);
  }
}
