// A stream of samples: the firmware's front end, model and detector give the host's detections, one by one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot, readBytes } from '../../base/files.js';
import { Random } from '../../base/random.js';
import { compile } from '../../converter/compile.js';
import { createInterpreter } from '../../converter/interpreter.js';
import { frontendMetadata } from '../../converter/metadata.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { renderDetection, renderFrontend, runtimeFor } from '../../firmware-templates/index.js';
import type { Detection } from '../../trainer/detection/detector.js';
import { Listener, detectionsOf, type ListenerSpec } from '../../trainer/detection/listener.js';
import { NEVER } from '../../trainer/detection/spec.js';
import { MICRO_SPEECH } from '../../trainer/frontend/micro_frontend.js';
import { frontendTables } from '../../trainer/frontend/tables.js';
import { mixedAudio, randomChunks, readSamples } from '../firmware/mixed_audio.js';
import { sharedData } from '../shared.js';

const NAME = 'keywords';
/** micro_speech's model: silence, unknown, yes, no. */
const [YES, NO] = [2, 3];
const SPEC: ListenerSpec = {
  frontend: MICRO_SPEECH,
  detection: {
    ...{ smoothing: 4, thresholds: [NEVER, NEVER, 150, 150], refractory: 12 },
    gate: { level: 30, hold: 10 },
  },
  ...{ frames: 49, framesPerStep: 5 },
};

const model = sharedData('models', 'micro_speech_quantized.tflite');

describe.skipIf(!model)('a stream', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-stream-'));
  beforeAll(() => build(folder));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is heard alike in any chunks, on both sides: yes and no, where they are said', () => {
    const samples = readSamples(sharedData('frontend', 'stream_yes_noise_no.s16')!);
    const chunks = randomChunks(samples, new Random(1));
    const found = onHost([samples]);
    expect(found.map(({ keyword }) => keyword)).toEqual([YES, NO, YES]);
    expect(onHost(chunks)).toEqual(found);
    expect(inC(chunks)).toEqual(found);
  });

  it('is heard alike for three minutes of everything', { timeout: 60_000 }, () => {
    const chunks = randomChunks(mixedAudio(180 * 16000, new Random(2)), new Random(3));
    const found = onHost(chunks);
    expect(found.length).toBeGreaterThan(10);
    expect(inC(chunks)).toEqual(found);
  });

  it('is forgotten at a reset', () => {
    const samples = readSamples(sharedData('frontend', 'yes.s16')!);
    const listener = newListener();
    const first = detectionsOf(listener.feed(samples));
    listener.reset();
    expect(detectionsOf(listener.feed(samples))).toEqual(first);
  });

  function inC(chunks: readonly Int16Array[]): Detection[] {
    const word = (value: number) => Buffer.from(Int32Array.of(value).buffer);
    const input = Buffer.concat(chunks.flatMap((chunk) => [word(chunk.length), bytesOf(chunk)]));
    const { status, stdout, stderr } = spawnSync(join(folder, 'stream'), { input });
    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
    const words = new Uint32Array(new Uint8Array(stdout).buffer);
    return Array.from({ length: words.length / 3 }, (_, i) => {
      const [step, keyword, score] = words.subarray(3 * i);
      return { step: step!, keyword: keyword!, score: score! };
    });
  }
});

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function graphOfModel() {
  const tflite = readBytes(model!);
  return { tflite, graph: readTflite(tflite, NAME) };
}

function newListener(): Listener {
  const interpreter = createInterpreter(graphOfModel().graph);
  const output = new Int8Array(interpreter.outputSize);
  const infer = (input: Int8Array) => {
    interpreter.invoke(input, output);
    return output;
  };
  return new Listener(SPEC, { infer });
}

function onHost(chunks: readonly Int16Array[]): Detection[] {
  const listener = newListener();
  return chunks.flatMap((chunk) => detectionsOf(listener.feed(chunk)));
}

function build(folder: string): void {
  const { graph, tflite } = graphOfModel();
  const { sha256 } = frontendMetadata('micro-speech', MICRO_SPEECH);
  const own = [
    ...compile(graph, { name: NAME, tflite }).files.filter(({ path }) => /^model\.[ch]$/.test(path)),
    ...renderFrontend(frontendTables(MICRO_SPEECH), { name: NAME, sha256 }),
    ...renderDetection(SPEC.detection, NAME),
    { path: 'main.c', text: readFileSync(join(packageRoot(), 'tests', 'e2e', 'stream_main.c'), 'utf8') },
  ];
  for (const { path, text } of [...own, ...own.flatMap(({ text }) => runtimeFor(text))]) {
    writeFileSync(join(folder, basename(path)), text);
  }
  const units = own.map(({ path }) => path).filter((path) => path.endsWith('.c'));
  const defines = [`-DFRAMES=${SPEC.frames}`, `-DFRAMES_PER_STEP=${SPEC.framesPerStep}`];
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const command = ['-std=c99', '-O2', ...sanitizers, ...defines, ...units, '-o', 'stream'];
  const built = spawnSync('cc', command, { cwd: folder, encoding: 'utf8' });
  expect(built.stderr).toBe('');
}
