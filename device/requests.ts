// The requests that a board answers in frames: their bytes, and the meaning of the answers. firmware-templates/app/transfer.c
// is the other side; docs/protocol.md has every byte.
import type { Info } from './protocol.js';

export const HELLO = 0x81;
export const REFUSAL = 0xff;
export const ANSWER = 0x40;

export const NO_SESSION = 1;
export const GAP = 2;
const REFUSALS: Readonly<Record<number, string>> = {
  3: 'it lies outside the memory there is, or this firmware does not know it',
  4: 'the model cannot run: its arena is too small or an op is missing',
};

const VERSION = 1;
/** Bytes of a write's payload before the data, and of a read's answer. */
const WRITE_HEAD = 5;
/** Bytes of memory that one request reads: of a lost piece alone is asked again. */
const BURST = 4096;

/** Memory that may be looked into. */
export type Region = 'input' | 'output' | 'arena';
const REGIONS: Readonly<Record<Region, number>> = { input: 0, output: 1, arena: 2 };

export interface Request {
  type: number;
  payload: Uint8Array;
  /** As errors name it. */
  what: string;
  /** Whether an answer to a later request says that this one was done too: it tells nothing else. */
  implied?: boolean;
  /** Whether the board does not take in what is sent meanwhile; `timed` where what it receives would cost it time. */
  busy?: boolean | 'timed';
  /** Whether an answer is the last of several; left out, there is one. */
  isLast?: (payload: Uint8Array) => boolean;
}

/** What a board says of itself in its answer to HELLO. */
export interface Hello extends Info {
  /** Bytes of the longest payload, requests that may be ahead of their answers, bytes that wait while the board is busy. */
  payload: number;
  window: number;
  waiting: number;
  /** Whether the model can run. */
  ready: boolean;
  /** Layers that can be run one by one; 0 where the engine cannot. */
  layers: number;
  arenaUsed: number;
  /** Bytes reserved for the stack; 0 where unknown. */
  stackBytes: number;
  /** Names the memory plan. */
  plan: string;
}

export function helloPayload(payload: number): Uint8Array {
  return Buffer.of(VERSION, payload & 255, payload >> 8);
}

/** Undefined where it is no answer to HELLO. */
export function readHello(answer: Uint8Array): Hello | undefined {
  const bytes = Buffer.from(answer);
  if (bytes.length < 38 || bytes[0] !== VERSION) return undefined;
  const [payload, window, waiting, layers] = [2, 4, 6, 8].map((at) => bytes.readUInt16LE(at));
  const [inputSize, outputSize, arenaBytes, arenaUsed, tickHz, coreHz, stackBytes] = [10, 14, 18, 22, 26, 30, 34].map(
    (at) => bytes.readUInt32LE(at),
  );
  const [model, plan, build, runtime] = bytes.toString('latin1', 38).split(',');
  if (runtime === undefined || !tickHz || payload! <= WRITE_HEAD || window! < 1) return undefined;
  return {
    ...{ payload: payload!, window: window!, waiting: waiting!, ready: bytes[1] === 1, layers: layers! },
    ...{ inputSize: inputSize!, outputSize: outputSize!, arenaBytes: arenaBytes!, arenaUsed: arenaUsed! },
    ...{ tickHz, coreHz: coreHz!, stackBytes: stackBytes! },
    ...{ model: model!, plan: plan!, build: build!, runtime },
  };
}

/** Requests that write `data` at an offset, in pieces that fit. */
export function writes(region: Region, offset: number, data: Uint8Array, payload: number): Request[] {
  const size = payload - WRITE_HEAD;
  return Array.from({ length: Math.ceil(data.length / size) }, (_, i) => {
    const head = Buffer.alloc(WRITE_HEAD);
    head[0] = REGIONS[region];
    head.writeUInt32LE(offset + i * size, 1);
    const piece = data.subarray(i * size, (i + 1) * size);
    const what = `writing ${piece.length} B of the ${region} at ${offset + i * size}`;
    return { type: 0x83, payload: Buffer.concat([head, piece]), what, implied: true };
  });
}

/** A part of a region, in bytes. */
export interface Span {
  offset: number;
  length: number;
}

/** Requests that read a region, and where each begins. */
export function reads(region: Region, { offset, length }: Span): Request[] {
  return Array.from({ length: Math.ceil(length / BURST) }, (_, i) => {
    const start = offset + i * BURST;
    const end = Math.min(start + BURST, offset + length);
    return {
      ...memoryRequest(0x82, region, { offset: start, length: end - start }),
      what: `reading ${end - start} B of the ${region} at ${start}`,
      isLast: (payload) => (piece(payload)?.end ?? 0) >= end,
    };
  });
}

/** Bytes of memory out of an answer to a read. */
export function piece(payload: Uint8Array): { start: number; end: number; bytes: Uint8Array } | undefined {
  if (payload.length < 4) return undefined;
  const start = Buffer.from(payload).readUInt32LE(0);
  const bytes = payload.subarray(4);
  return { start, end: start + bytes.length, bytes };
}

/** The CRC-32 of a part of a region. */
export function check(region: Region, span: Span): Request {
  return { ...memoryRequest(0x85, region, span), what: `checking ${span.length} B of the ${region} at ${span.offset}` };
}

function memoryRequest(type: number, region: Region, { offset, length }: Span): Omit<Request, 'what'> {
  const payload = Buffer.alloc(9);
  payload[0] = REGIONS[region];
  payload.writeUInt32LE(offset, 1);
  payload.writeUInt32LE(length, 5);
  return { type, payload, busy: true };
}

/** An inference, or the layers from `first` up to `end`. */
export function run(first = 0, end = 0xffff): Request {
  const payload = Buffer.alloc(4);
  payload.writeUInt16LE(first, 0);
  payload.writeUInt16LE(end, 2);
  const what = end === 0xffff ? 'an inference' : `running layers ${first} to ${end - 1}`;
  return { type: 0x84, payload, busy: 'timed', what };
}

export const reset: Request = { type: 0x86, payload: Buffer.alloc(0), busy: true, what: "clearing the model's state" };
export const stack: Request = { type: 0x87, payload: Buffer.alloc(0), what: "the stack's depth" };
export const bye: Request = { type: 0x89, payload: Buffer.alloc(0), what: 'the end of the session' };

/** What the firmware listens to. */
export const stream: Request = { type: 0x8a, payload: Buffer.alloc(0), what: 'what it listens to' };

/** Samples, as bytes of a stream: at most FEED_BYTES. */
export function feed(payload: Uint8Array): Request {
  return { type: 0x8b, payload, busy: 'timed', what: `${payload.length} B of samples` };
}

/** The same, packed without loss: at most FEED_BYTES that hold at most PACKED_SAMPLES. */
export function feedPacked(payload: Uint8Array): Request {
  return { type: 0x8c, payload, busy: 'timed', what: `${payload.length} B of packed samples` };
}

export const FEED_BYTES = 235;
export const PACKED_SAMPLES = 468;

export function baud(baudRate: number): Request {
  const payload = Buffer.alloc(4);
  payload.writeUInt32LE(baudRate, 0);
  return { type: 0x88, payload, what: `a speed of ${baudRate} baud` };
}

export function refusalText(code: number): string {
  return REFUSALS[code] ?? `reason ${code}`;
}
