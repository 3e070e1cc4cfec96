// WAV files are read exactly or refused by name; other sample rates keep what both rates can carry.
import { describe, expect, it } from 'vitest';
import { KilnError } from '../../base/errors.js';
import { resample } from '../../trainer/datasets/resample.js';
import { encodeWav, readWav, wavHeader } from '../../trainer/datasets/wav.js';
import { tone } from './recordings.js';

const GOOD = encodeWav({ sampleRate: 16000, samples: tone(440) });

/** The good file with another value in its header: 16-bit below offset 24 and at 34, else 32-bit. */
function withField(offset: number, value: number): Uint8Array {
  const bytes = GOOD.slice();
  const view = new DataView(bytes.buffer);
  if (offset === 24 || offset === 40) view.setUint32(offset, value, true);
  else view.setUint16(offset, value, true);
  return bytes;
}

/** The good file with another chunk before its samples. */
function withChunk(id: string, content: number): Uint8Array {
  const chunk = new Uint8Array(8 + content + (content & 1));
  chunk.set(Buffer.from(id, 'latin1'));
  new DataView(chunk.buffer).setUint32(4, content, true);
  return Uint8Array.from([...GOOD.subarray(0, 36), ...chunk, ...GOOD.subarray(36)]);
}

describe('a WAV file', () => {
  it('comes back as it was written', () => {
    const samples = Int16Array.of(0, 1, -1, 32767, -32768);
    expect(readWav(encodeWav({ sampleRate: 8000, samples }), 'a.wav')).toEqual({ sampleRate: 8000, samples });
  });

  it('may hold other chunks, of odd length too', () => {
    expect(readWav(withChunk('LIST', 7), 'a.wav').samples).toEqual(tone(440));
  });

  it('may lie at an odd address', () => {
    const shifted = new Uint8Array(GOOD.length + 1);
    shifted.set(GOOD, 1);
    expect(readWav(shifted.subarray(1), 'a.wav').samples).toEqual(tone(440));
  });

  it.each<[string, string, Uint8Array, string]>([
    ['wav-empty', 'of no bytes', new Uint8Array(0), 'the file is empty'],
    ['wav-empty', 'of no samples', withField(40, 0).slice(0, 44), 'the file holds no samples'],
    ['wav-not-riff', 'of text', Buffer.from('hello, world'), 'not a WAV file: it begins with 68 65 6c 6c'],
    ['wav-not-riff', 'of three bytes', GOOD.slice(0, 3), 'not a WAV file: it begins with 52 49 46'],
    ['wav-truncated', 'cut in its header', GOOD.slice(0, 30), 'the file ends after 30 bytes, inside its header'],
    ['wav-truncated', 'cut before its samples', GOOD.slice(0, 40), 'the file ends after 40 bytes, before its samples'],
    ['wav-truncated', 'cut in its samples', GOOD.slice(0, 1001), 'promises 32000 bytes of samples, the file holds 957'],
    ['wav-truncated', 'with a chunk of 4 GiB', withField(40, 0xffffffff), 'promises 4294967295 bytes'],
    ['wav-channels', 'in stereo', withField(22, 2), 'stereo, and mono is expected'],
    ['wav-channels', 'of six channels', withField(22, 6), '6 channels, and mono is expected'],
    ['wav-bits', 'of 8 bits', withField(34, 8), '8-bit samples, and 16-bit ones are expected'],
    ['wav-encoding', 'of floats', withField(20, 3), 'samples in floating point, and 16-bit PCM is expected'],
    ['wav-malformed', 'without a rate', withField(24, 0), 'the header gives a sample rate of 0 Hz'],
    ['wav-malformed', 'of half a sample', withField(40, 31999), '31999 bytes do not divide into 16-bit samples'],
  ])('is refused as %s: one %s', (code, _, bytes, message) => {
    const error = catchError(() => wavHeader(bytes, 'yes/a.wav'));
    expect(error).toMatchObject({ code, exitCode: 2 });
    expect(error.problem.where).toBe('yes/a.wav');
    expect(error.message).toContain(message);
  });
});

function catchError(run: () => unknown): KilnError {
  try {
    run();
  } catch (error) {
    if (error instanceof KilnError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Largest difference, away from the ends. */
function difference(a: Int16Array, b: Int16Array): number {
  const inner = (samples: Int16Array) => samples.subarray(400, 15600);
  return inner(a).reduce((most, sample, i) => Math.max(most, Math.abs(sample - inner(b)[i]!)), 0);
}

describe('resampling', () => {
  it.each([8000, 11025, 22050, 44100, 48000])('keeps a tone that was recorded at %i Hz', (rate) => {
    const resampled = resample(tone(1000, rate), rate, 16000);
    expect(resampled).toHaveLength(16000);
    expect(difference(resampled, tone(1000))).toBeLessThan(16);
  });

  it('drops what the lower rate cannot carry', () => {
    expect(difference(resample(tone(10000, 44100), 44100, 16000), new Int16Array(16000))).toBeLessThan(16);
  });

  it('gives the same samples at the same rate', () => {
    expect(resample(tone(440), 16000, 16000)).toEqual(tone(440));
  });
});
