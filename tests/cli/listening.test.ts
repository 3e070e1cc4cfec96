// What a model hears in a wav file, a pipe or nothing; and models that cannot listen.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { earOf, listenerOn } from '../../cli/listening.js';
import { main } from '../../cli/main.js';
import { audioKind } from '../../cli/monitor/audio.js';
import { liveLine } from '../../cli/monitor/faces.js';
import type { Shown } from '../../cli/monitor/kind.js';
import { hearLines } from '../../cli/monitor/spoken.js';
import type { Model } from '../../cli/model.js';
import { encodeMetadata, frontendMetadata } from '../../converter/metadata.js';
import { encodeWav } from '../../trainer/datasets/wav.js';
import { DEFAULT_DETECTION } from '../../trainer/detection/settings.js';
import { MICRO_SPEECH } from '../../trainer/frontend/micro_frontend.js';
import { LABELS, listeningModel } from '../firmware/listening_model.js';
import { mixedAudio } from '../firmware/mixed_audio.js';

const model = listeningModel();
const samples = mixedAudio(48_000, new Random(7));

describe('kiln monitor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-monitor-'));
  const file = (name: string) => join(folder, name);
  const expected = listenerOn(model, earOf(model, { ...DEFAULT_DETECTION, threshold: 0.4 })).feed(samples);

  beforeAll(() => {
    writeFileSync(file('heard.wav'), encodeWav({ sampleRate: 16000, samples }));
    writeFileSync(file('m.tflite'), model.bytes);
    const config = 'name: m\ndata: { source: manifest, path: data }\ndetection: { threshold: 40% }\n';
    writeFileSync(file('kiln.yaml'), config);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function monitor(args: string[], piped?: Buffer[]) {
    const text = { out: '', err: '' };
    const sink = (key: 'out' | 'err') =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          text[key] += chunk.toString();
          done();
        },
      });
    const streams = { stdout: sink('out'), stderr: sink('err'), ...(piped && { stdin: Readable.from(piped) }) };
    const argv = ['monitor', ...args, '-C', folder, '--model', file('m.tflite')];
    const code = await main(argv, { cwd: folder, env: {}, ...streams });
    return { code, ...text };
  }

  it('names each detection of a recording, and when it was', async () => {
    const { code, out, err } = await monitor(['heard.wav']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trim().split('\n');
    const heard = expected.filter(({ detection }) => detection);
    expect(heard.length).toBeGreaterThan(0);
    expect(lines).toHaveLength(heard.length + 1);
    expect(lines[0]).toMatch(/^0:0\d\.\d {2}(yes|no) \([01]\.\d\d\)$/);
    expect(lines.at(-1)).toMatch(/^3\.0 s heard in .*: \d+ detections$/);
  });

  it('gives a line of JSON for each inference', async () => {
    const { out } = await monitor(['heard.wav', '--json']);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { seconds: number; posteriors: object });
    expect(lines.map(({ seconds }) => seconds)).toEqual(expected.map((step) => step.samples / 16000));
    expect(Object.keys(lines.at(-1)!.posteriors)).toEqual(LABELS);
    expect(lines[0]!.posteriors).toBe(null);
  });

  it('hears the same in a pipe, in pieces of any bytes', async () => {
    const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    const pieces = [bytes.subarray(0, 7), bytes.subarray(7, 5000), bytes.subarray(5000)];
    const piped = await monitor(['-', '--json'], pieces);
    expect(piped.out).toBe((await monitor(['heard.wav', '--json'])).out);
  });

  it('says what is missing', async () => {
    const nothing = await monitor([]);
    expect(nothing).toMatchObject({ code: 2 });
    expect(nothing.err).toMatch(/there is nothing to listen to. Name a wav file, or - for/);
    expect((await monitor(['absent.wav'])).err).toMatch(/absent\.wav: no such file/);
  });
});

describe('kiln monitor --microphone', () => {
  const { spoken } = audioKind(model, earOf(model, DEFAULT_DETECTION));
  const read = () => {
    const notices: string[] = [];
    return { notices, line: spoken!('/dev/ttyX', (text) => notices.push(text)) };
  };

  it('shows detections, goes on where 32 bits begin anew, and passes the rest by', async () => {
    const said = [
      'm-ready',
      'm-kiln-heard-[16000,1,1024]',
      undefined,
      'm-kiln-heard-[x]',
      'm-kiln-heard-[3200,0,2048]',
    ];
    const shown: Shown[] = [];
    const stop = new AbortController();
    const readLine = () => {
      if (said.length === 1) stop.abort();
      return Promise.resolve(said.shift());
    };
    const seconds = await hearLines({ readLine }, read().line, (one) => shown.push(one), stop.signal);
    expect(shown.map(({ event }) => event)).toEqual(['yes (0.80)', 'no (1.60)']);
    expect(shown.map((one) => one.seconds)).toEqual([1, (2 ** 32 + 3200) / 16000]);
    expect(seconds).toBe((2 ** 32 + 3200) / 16000);
  });

  it('says what the board could not hear', () => {
    const { notices, line } = read();
    expect([line('m-kiln-lost-[777]'), line('m-kiln-deaf-[8000]')]).toEqual([undefined, undefined]);
    expect(notices).toEqual([
      '777 samples were lost so far: the model takes longer than they wait',
      'its microphone does not give 8000 samples a second',
    ]);
  });

  it('refuses a class that the model has not', () => {
    expect(() => read().line('m-kiln-heard-[1,4,99]')).toThrow(/the model has 4 classes/);
    expect(() => read().line('m-kiln-heard-[1]')).toThrow(/it said m-kiln-heard-\[1\]/);
  });
});

describe('the live line', () => {
  it('has a bar for each value, names the largest, and fits the terminal', () => {
    const values = [0, 0.5, 1].map((value, i) => ({ name: `n${i}`, value }));
    const shown = { seconds: 61.27, values, event: undefined, data: {} };
    expect(liveLine(shown, 80)).toBe('1:01.2 ▏ ▄█▕ n2 1.00');
    expect(liveLine(shown, 10)).toHaveLength(9);
    expect(liveLine({ ...shown, values: [] }, 80)).toBe('1:01.2 ▏▕ quiet');
  });
});

describe('a model that cannot listen', () => {
  const frontend = frontendMetadata('log-mel', MICRO_SPEECH);
  const withMetadata = (metadata: Parameters<typeof encodeMetadata>[0]): Model => ({
    ...model,
    graph: { ...model.graph, metadata: encodeMetadata(metadata) },
  });
  const reasonOf = (wrong: Model) => () => earOf(wrong, DEFAULT_DETECTION);

  it('says why', () => {
    expect(reasonOf(withMetadata({ labels: LABELS }))).toThrow(/does not say which front end it was trained on/);
    expect(reasonOf(withMetadata({ frontend }))).toThrow(/does not name its classes/);
    const other = frontendMetadata('cochlea', MICRO_SPEECH);
    expect(reasonOf(withMetadata({ labels: LABELS, frontend: other }))).toThrow(
      /front end `cochlea`, which is not known/,
    );
    const flat = frontendMetadata('mfcc', MICRO_SPEECH);
    expect(reasonOf(withMetadata({ labels: LABELS, frontend: flat }))).toThrow(/front end `mfcc`, which is not known/);
    const forged = { ...frontend, parameters: { ...frontend.parameters, channels: 20 } };
    expect(reasonOf(withMetadata({ labels: LABELS, frontend: forged }))).toThrow(/hash does not fit its parameters/);
    const narrow = frontendMetadata('log-mel', { ...MICRO_SPEECH, channels: 39 });
    expect(reasonOf(withMetadata({ labels: LABELS, frontend: narrow }))).toThrow(
      /800 values is no whole number of frames of 39/,
    );
    const tensors = model.graph.tensors.map((tensor, i) =>
      i === model.graph.outputs[0] ? { ...tensor, quantization: { scale: [0.1], zeroPoint: [0], axis: 0 } } : tensor,
    );
    expect(reasonOf({ ...model, graph: { ...model.graph, tensors } })).toThrow(/its output is not a softmax in int8/);
  });
});
