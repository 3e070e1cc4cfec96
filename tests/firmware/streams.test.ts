// Streams as the firmware's own C takes them, on this computer with sanitizers: in any pieces, packed or not, each once.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { earOf, listenerOn, streamOf } from '../../cli/listening.js';
import { readAudioResult, type AudioResult } from '../../device/audio_results.js';
import { encodeFrame, FrameReader, type Frame } from '../../device/frames.js';
import { packSamples } from '../../device/packed_samples.js';
import { feed, feedPacked, helloPayload, reset, stream, type Request } from '../../device/requests.js';
import { MFCC } from '../../trainer/frontend/mfcc.js';
import { MICRO_SPEECH } from '../../trainer/frontend/micro_frontend.js';
import { DEFAULT_DETECTION } from '../../trainer/detection/settings.js';
import { buildHostApp } from './host_app.js';
import { listeningFiles, listeningModel } from './listening_model.js';
import { mixedAudio } from './mixed_audio.js';

const SETTINGS = { ...DEFAULT_DETECTION, stepMs: 40, threshold: 0.4 };
const SESSION = 9;

describe('a firmware that listens', () => {
  const model = listeningModel({ ...MICRO_SPEECH, mfcc: MFCC });
  const ear = earOf(model, SETTINGS);

  let folder: string;
  let program: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinykiln-streams-'));
    const built = buildHostApp(folder, listeningFiles(model, 'tiny'), streamOf(ear));
    expect(built.said).toBe('');
    ({ program } = built);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The answers to requests of one session, numbered from 1 on or as they are given. */
  function answers(list: readonly Request[], numbers = list.map((_, i) => i + 1)): Frame[] {
    const frames = list.map(({ type, payload }, i) =>
      encodeFrame({ type, session: SESSION, sequence: numbers[i]!, payload }),
    );
    const hello = encodeFrame({ type: 0x81, session: SESSION, sequence: 0, payload: helloPayload(240) });
    const { stdout, stderr, status } = spawnSync(program, {
      input: Buffer.concat([hello, ...frames]),
      timeout: 60_000,
    });
    expect({ stderr: stderr.toString(), status }).toEqual({ stderr: '', status: 0 });
    return new FrameReader().feed(Buffer.concat([stdout, Buffer.of(0)])).frames.slice(1);
  }

  const resultsIn = (frames: readonly Frame[]): AudioResult[] =>
    frames.flatMap(({ payload }) =>
      Array.from({ length: (payload.length - 4) / 12 }, (_, i) =>
        readAudioResult(payload.subarray(4 + 12 * i, 16 + 12 * i)),
      ),
    );

  const expected = (samples: Int16Array) =>
    listenerOn(model, ear)
      .feed(samples)
      .map(({ detection, ...step }) => ({
        ...step,
        detection: detection && { keyword: detection.keyword, score: detection.score },
      }));

  const bytesOf = ({ buffer, byteOffset, byteLength }: Int16Array) => new Uint8Array(buffer, byteOffset, byteLength);

  it('hears the same in pieces of any bytes, odd ones too', () => {
    const random = new Random(3);
    const samples = mixedAudio(16_000, random);
    const bytes = bytesOf(samples);
    const pieces: Request[] = [];
    for (let at = 0; at < bytes.length;) {
      const n = 1 + random.integer(235);
      pieces.push(feed(bytes.subarray(at, at + n)));
      at += n;
    }
    const found = answers(pieces);
    expect(found.map(({ type }) => type)).toEqual(pieces.map(() => 0xcb));
    expect(Buffer.from(found.at(-1)!.payload).readUInt32LE()).toBe(bytes.length);
    expect(resultsIn(found)).toEqual(expected(samples));
  });

  it('hears the same packed, whatever the samples are', () => {
    const samples = mixedAudio(64_000, new Random(4));
    const pieces: Request[] = [];
    for (let at = 0; at < samples.length;) {
      const packed = packSamples(samples.subarray(at));
      expect(packed.samples).toBeGreaterThan(0);
      expect(packed.bytes.length).toBeLessThanOrEqual(235);
      pieces.push(feedPacked(packed.bytes));
      at += packed.samples;
    }
    expect(resultsIn(answers(pieces))).toEqual(expected(samples));
  });

  it('does nothing twice, and gives the same answer again', () => {
    const bytes = bytesOf(mixedAudio(117 * 30, new Random(5)));
    const all = Array.from({ length: 30 }, (_, i) => feed(bytes.subarray(234 * i, 234 * (i + 1))));
    const twice = answers(
      all.flatMap((request) => [request, request]),
      all.flatMap((_, i) => [i + 1, i + 1]),
    );
    expect(twice.filter((_, i) => i % 2 === 1)).toEqual(twice.filter((_, i) => i % 2 === 0));
    expect(twice.filter((_, i) => i % 2 === 0)).toEqual(answers(all));
  });

  it('begins anew at a reset, in the middle of a sample', () => {
    const samples = mixedAudio(4000, new Random(6));
    const pieces = Array.from({ length: 40 }, (_, i) => feed(bytesOf(samples).subarray(200 * i, 200 * (i + 1))));
    const found = answers([...pieces.slice(0, 7), feed(Buffer.of(1)), reset, ...pieces]);
    expect(resultsIn(found.slice(9))).toEqual(expected(samples));
  });

  it('refuses what is no feed, and goes on', () => {
    const wrong = [
      feed(Buffer.alloc(0)),
      feed(Buffer.alloc(236)),
      feedPacked(Buffer.of(0, 1)),
      feedPacked(Buffer.of(0x30, 1, 0)), // an order that there is not
      feedPacked(Buffer.of(0x0f, 1, 0)), // low bits
      feedPacked(Buffer.of(0, 0xd5, 1)), // 469 samples
    ];
    const found = answers([...wrong, feedPacked(Buffer.of(0, 2, 0)), stream]);
    expect(found.map(({ type }) => type)).toEqual([...wrong.map(() => 0xff), 0xcc, 0xca]);
    expect(found.slice(0, -2).map(({ payload }) => payload[0])).toEqual(wrong.map(() => 3));
    expect(Buffer.from(found.at(-2)!.payload).readUInt32LE()).toBe(4); // bits that are lacking are zeros
  });
});

describe('a firmware that listens to nothing', () => {
  it('says so, and refuses samples', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tinykiln-streams-'));
    try {
      const { program } = buildHostApp(folder);
      const hello = encodeFrame({ type: 0x81, session: 1, sequence: 0, payload: helloPayload(240) });
      const asked = encodeFrame({ ...stream, session: 1, sequence: 1 });
      const fed = encodeFrame({ ...feed(Buffer.of(1, 2)), session: 1, sequence: 2 });
      const { stdout } = spawnSync(program, { input: Buffer.concat([hello, asked, fed]), timeout: 60_000 });
      const [, facts, refusal] = new FrameReader().feed(Buffer.concat([stdout, Buffer.of(0)])).frames;
      expect(facts!.payload).toEqual(Buffer.alloc(12));
      expect(refusal).toMatchObject({ type: 0xff });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
