// Frames on the line: the bytes that docs/protocol.md shows, any payload, any piece-wise arrival, any damage.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { decodeFrame, encodeFrame, FrameReader, type Frame } from '../../device/frames.js';

const STACK: Frame = { type: 0x87, session: 5, sequence: 1, payload: new Uint8Array() };
const STACK_BYTES = Buffer.from('0004870501' + '0534a21a4e' + '00', 'hex');

const plain = ({ payload, ...frame }: Frame) => ({ ...frame, payload: [...payload] });

function frames(count: number, seed: number): Frame[] {
  const random = new Random(seed);
  const payload = () =>
    Uint8Array.from({ length: random.integer(600) }, () => random.integer(random.integer(2) ? 2 : 256));
  return Array.from({ length: count }, (_, i) => ({ type: 0x82, session: 9, sequence: i, payload: payload() }));
}

describe('a frame', () => {
  it('is the bytes that the documentation shows', () => {
    expect(encodeFrame(STACK)).toEqual(STACK_BYTES);
    expect(plain(decodeFrame(STACK_BYTES.subarray(1, -1))!)).toEqual(plain(STACK));
  });

  it.each([0, 1, 245, 246, 247, 253, 254, 255, 508, 509, 1000])(
    'has no zero inside, with %i bytes of payload',
    (size) => {
      for (const fill of [0, 1, 255]) {
        const frame = { ...STACK, payload: new Uint8Array(size).fill(fill) };
        const inside = encodeFrame(frame).subarray(1, -1);
        expect(inside.includes(0)).toBe(false);
        expect(plain(decodeFrame(inside)!)).toEqual(plain(frame));
      }
    },
  );

  it('is none where a bit is flipped, a byte lost or doubled', () => {
    const inside = encodeFrame({ ...STACK, payload: Uint8Array.of(1, 0, 2) }).subarray(1, -1);
    for (let at = 0; at < inside.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(inside);
        flipped[at]! ^= 1 << bit;
        expect(decodeFrame(flipped)).toBeUndefined();
      }
      expect(decodeFrame(Buffer.concat([inside.subarray(0, at), inside.subarray(at + 1)]))).toBeUndefined();
      expect(decodeFrame(Buffer.concat([inside.subarray(0, at + 1), inside.subarray(at)]))).toBeUndefined();
    }
  });
});

describe('a stream', () => {
  it('is taken apart in whatever pieces it comes', () => {
    const all = frames(50, 1);
    const stream = Buffer.concat(all.map(encodeFrame));
    const random = new Random(2);
    const reader = new FrameReader();
    const heard: Frame[] = [];
    for (let at = 0; at < stream.length;) {
      const size = 1 + random.integer(300);
      heard.push(...reader.feed(stream.subarray(at, at + size)).frames);
      at += size;
    }
    expect(heard.map(plain)).toEqual(all.map(plain));
    expect(reader.isAmidst).toBe(false);
  });

  it('keeps text between frames apart, and counts what is neither', () => {
    const parts = ['m-ready\r\n', STACK_BYTES, 'temperature 21\r\n', STACK_BYTES, Buffer.of(200, 201), STACK_BYTES];
    const stream = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
    const { frames: found, text, damaged } = new FrameReader().feed(stream);
    expect(found).toHaveLength(3);
    expect(text).toBe('m-ready\r\ntemperature 21\r\n');
    expect(damaged).toBe(1);
  });

  it('of one frame that is damaged loses that one alone', () => {
    const all = frames(40, 3);
    const random = new Random(4);
    const parts = all.map(encodeFrame);
    for (const part of parts.filter((_, i) => i % 4 === 1)) part[1 + random.integer(part.length - 2)]! ^= 0x55;
    const { frames: found } = new FrameReader().feed(Buffer.concat(parts));
    expect(found.map(({ sequence }) => sequence)).toEqual(all.map((_, i) => i).filter((i) => i % 4 !== 1));
  });

  it('that never ends is given up piece by piece', () => {
    const reader = new FrameReader();
    for (let i = 0; i < 18; i++) reader.feed(Buffer.alloc(1000, 0xaa));
    expect(reader.isAmidst).toBe(true);
    expect(reader.feed(STACK_BYTES).frames).toHaveLength(1);
  });
});
