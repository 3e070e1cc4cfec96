// Frames as the firmware's own C takes and gives them, on this computer with sanitizers; and what cannot break it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { encodeFrame, FrameReader, type Frame } from '../../device/frames.js';
import {
  baud,
  bye,
  check,
  helloPayload,
  piece,
  readHello,
  reads,
  reset,
  run,
  stack,
  writes,
} from '../../device/requests.js';
import type { Request } from '../../device/requests.js';
import { buildHostApp } from './host_app.js';
import { runTiny, TINY } from './tiny_model.js';

const SESSION = 7;
let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tinykiln-frames-'));
  const built = buildHostApp(folder);
  expect(built.said).toBe('');
  ({ program } = built);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the firmware answers to a stream of bytes: its frames, and its text without the lines that it starts with. */
function talk(...parts: (Uint8Array | string)[]): { frames: Frame[]; text: string[]; damaged: number } {
  const input = Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')));
  const { stdout, stderr, status } = spawnSync(program, { input, timeout: 60_000, maxBuffer: 1 << 28 });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
  const { frames, text, damaged } = new FrameReader().feed(Buffer.concat([stdout, Buffer.of(0)]));
  const plain = frames.map((frame) => ({ ...frame, payload: Uint8Array.from(frame.payload) }));
  return { frames: plain, text: text.split('\r\n').slice(4, -1), damaged };
}

const hello = (session = SESSION, payload = 240) =>
  encodeFrame({ type: 0x81, session, sequence: 0, payload: helloPayload(payload) });

/** Requests of one session, numbered from `first`. */
const requests = (list: readonly Request[], first = 1, session = SESSION) =>
  list.map(({ type, payload }, i) => encodeFrame({ type, session, sequence: first + i, payload }));

/** The answers to requests in a session of their own. */
const answers = (...list: Request[]) => talk(hello(), ...requests(list)).frames.slice(1);

const sample = () => Uint8Array.from({ length: TINY.inputSize }, (_, i) => i % 7);

describe('a session', () => {
  it('begins with what the board is', () => {
    const { frames, text } = talk(hello());
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({ type: 0xc1, session: SESSION, sequence: 0 });
    expect(readHello(frames[0]!.payload)).toEqual({
      ...{ payload: 240, window: 4, waiting: 256, ready: true, layers: 1, inputSize: 490, outputSize: 12 },
      ...{ arenaBytes: 490, arenaUsed: 490, tickHz: 1_000_000, coreHz: 1_000_000, stackBytes: 0 },
      ...{ model: TINY.hash, plan: '01234567', build: 'b1', runtime: 'compiled' },
    });
    expect(text).toEqual([]);
  });

  it('is needed for all else', () => {
    const [refused] = talk(...requests([run()])).frames;
    expect(refused).toMatchObject({ type: 0xff, session: SESSION, payload: Uint8Array.of(1, 0x84, 0, 0) });
  });

  it('of another host ends the one there is', () => {
    const { frames } = talk(hello(7), hello(8), ...requests([stack], 1, 7), ...requests([stack], 1, 8));
    expect(frames.map(({ type, session }) => [type, session])).toEqual([
      ...[
        [0xc1, 7],
        [0xc1, 8],
      ], // two greetings
      ...[
        [0xff, 7],
        [0xc7, 8],
      ],
    ]);
  });

  it('goes on after a greeting that comes twice', () => {
    const { frames } = talk(hello(), ...requests([stack]), hello(), ...requests([stack], 2));
    expect(frames.map(({ type }) => type)).toEqual([0xc1, 0xc7, 0xc1, 0xc7]);
  });

  it('ends, and text is text again', () => {
    const { frames, text } = talk(hello(), ...requests([bye]), 'name%\xff%');
    expect(frames.map(({ type }) => type)).toEqual([0xc1, 0xc9]);
    expect(text).toEqual(['m-name-dut-[tinykiln]', 'm-ready', 'e-[Unknown command: ?]', 'm-ready']);
  });
});

describe('requests', () => {
  it('write an input, run it, read the output', () => {
    const all = answers(...writes('input', 0, sample(), 240), run(), ...reads('output', { offset: 0, length: 12 }));
    expect(all.map(({ type, sequence }) => [type, sequence])).toEqual([
      ...[
        [0xc3, 1],
        [0xc3, 2],
        [0xc3, 3],
      ], // 490 bytes in pieces of 235
      ...[
        [0xc4, 4],
        [0xc2, 5],
      ],
    ]);
    expect(Buffer.from(all[3]!.payload)).toEqual(Buffer.of(0, 1, 0, 0, 0, 0, 0, 0, 0)); // right, one tick
    expect(new Int8Array(piece(all[4]!.payload)!.bytes)).toEqual(runTiny(new Int8Array(sample())));
  });

  it('read in pieces of the size that the greeting agreed on', () => {
    const { frames } = talk(hello(SESSION, 100), ...requests(reads('arena', { offset: 3, length: 250 })));
    expect(frames.slice(1).map(({ payload }) => [piece(payload)!.start, payload.length])).toEqual([
      [3, 100],
      [99, 100],
      [195, 62],
    ]);
  });

  it('check what memory holds', () => {
    const all = answers(...writes('input', 0, sample(), 240), check('input', { offset: 10, length: 480 }));
    expect(Buffer.from(all[3]!.payload).readUInt32LE()).toBe(crc32(sample().subarray(10)));
  });

  it('tell what the port cannot', () => {
    const [depth, speed, state] = answers(stack, baud(921600), reset);
    expect(depth!.payload).toEqual(new Uint8Array(4));
    expect(speed!.payload).toEqual(Uint8Array.of(0));
    expect(state!.payload).toEqual(Uint8Array.of(0));
  });

  it.each<[string, Request]>([
    ['beyond the end', reads('input', { offset: 480, length: 11 })[0]!],
    ['beyond 32 bits', reads('input', { offset: 0xffffffff, length: 2 })[0]!],
    ['to the output', writes('output', 0, Uint8Array.of(1), 240)[0]!],
    ['of no region', { ...check('arena', { offset: 0, length: 1 }), payload: Buffer.of(9, 0, 0, 0, 0, 1, 0, 0, 0) }],
    ['of no data', { type: 0x83, payload: Buffer.of(0, 0, 0, 0, 0), what: '' }],
    ['of layers that are not there', run(0, 2)],
    ['of layers backwards', run(1, 0)],
    ['of too few bytes', { type: 0x84, payload: Buffer.of(0), what: '' }],
    ['of nothing', { type: 0x82, payload: Buffer.alloc(0), what: '' }],
    ['of no kind', { type: 0x99, payload: Buffer.alloc(0), what: '' }],
  ])('%s are refused', (_, request) => {
    const [answer, next] = answers(request, stack);
    expect(answer).toMatchObject({ type: 0xff, sequence: 1 });
    expect(answer!.payload.slice(0, 2)).toEqual(Uint8Array.of(3, request.type));
    expect(next!.type).toBe(0xc7);
  });
});

describe('a request that comes again', () => {
  it('is answered again and not done again', () => {
    const once = requests([
      ...writes('input', 0, Uint8Array.of(1), 240),
      run(),
      ...writes('input', 0, Uint8Array.of(2), 240),
    ]);
    const { frames } = talk(hello(), ...once, ...once, ...requests(reads('input', { offset: 0, length: 1 }), 4));
    const [first, second] = frames.filter(({ type }) => type === 0xc4);
    expect(second).toEqual(first);
    expect(piece(frames.at(-1)!.payload)!.bytes[0]).toBe(2);
  });

  it('is asked for where one is missing, once', () => {
    const [, ...late] = requests([stack, stack, stack]);
    const { frames } = talk(hello(), ...late);
    expect(frames.slice(1)).toEqual([
      {
        type: 0xff,
        session: SESSION,
        sequence: 2,
        payload: expect.objectContaining({ 0: 2, 2: 1, 3: 0 }) as Uint8Array,
      },
    ]);
  });
});

describe('damage', () => {
  /** A frame whose bytes are changed by chance: dropped, flipped, doubled. */
  function harmed(frame: Buffer, random: Random): Buffer {
    const at = 2 + random.integer(frame.length - 3); // the zeros at the ends stay
    const kind = random.integer(3);
    if (kind === 0)
      return Buffer.concat([
        frame.subarray(0, at),
        frame.subarray(Math.min(at + 1 + random.integer(5), frame.length - 1)),
      ]);
    if (kind === 1) return Buffer.concat([frame.subarray(0, at + 1), frame.subarray(1 + random.integer(at - 1))]);
    const copy = Buffer.from(frame);
    copy[at]! ^= 1 << random.integer(8);
    return copy;
  }

  it('never passes for a request, and the next frame is whole', () => {
    const random = new Random(11);
    const parts: Buffer[] = [hello()];
    for (let i = 0; i < 3000; i++) {
      const data = Uint8Array.from({ length: 1 + random.integer(235) }, () =>
        random.integer(random.integer(2) ? 3 : 256),
      );
      parts.push(harmed(requests(writes('input', 0, data, 240), 1)[0]!, random), Buffer.of(0));
    }
    const { frames } = talk(...parts, ...requests(reads('input', { offset: 0, length: 490 })));
    const read = frames.filter(({ type }) => type === 0xc2).map(({ payload }) => piece(payload)!.bytes);
    expect(Buffer.concat(read).equals(Buffer.alloc(490))).toBe(true);
  });

  it('of any kind breaks nothing', () => {
    const random = new Random(12);
    const kinds = [
      ...writes('input', 3, sample().subarray(0, 200), 240),
      check('arena', { offset: 0, length: 490 }),
      run(),
      stack,
      reset,
      bye,
    ];
    const parts = Array.from({ length: 4000 }, (_, i) => {
      const frame = requests([kinds[random.integer(kinds.length)]!], i % 5)[0]!;
      const which = random.integer(4);
      if (which === 0) return hello(1 + random.integer(3));
      if (which === 1) return harmed(frame, random);
      return which === 2
        ? frame
        : Buffer.from(Uint8Array.from({ length: random.integer(400) }, () => random.integer(256)));
    });
    const { frames, damaged } = talk(...parts, Buffer.of(0), hello(200), ...requests([stack], 1, 200));
    expect(frames.slice(-2).map(({ type, session }) => [type, session])).toEqual([
      [0xc1, 200],
      [0xc7, 200],
    ]);
    expect(damaged).toBe(0);
  });
});

describe('text in a session', () => {
  it('is answered, and what frames are made of is not taken for it', () => {
    const disguise = writes('input', 0, Buffer.from('%name%infer 5%'), 240);
    const { frames, text } = talk(hello(), ...requests(disguise), 'name%', ...requests([stack], 2));
    expect(frames.map(({ type }) => type)).toEqual(expect.arrayContaining([0xc1, 0xc3, 0xc7]));
    expect(text).toEqual(['m-name-dut-[tinykiln]', 'm-ready']);
  });
});
