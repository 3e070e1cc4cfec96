// A stream to the virtual board: every result, one by one, is that of the host.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { earOf, listenerOn, streamOf } from '../../cli/listening.js';
import { audioKind } from '../../cli/monitor/audio.js';
import { readAudioResult, type AudioResult } from '../../device/audio_results.js';
import type { FrameClient } from '../../device/frame_client.js';
import { connectStream, streamFacts, streamTo, type StreamFacts } from '../../device/stream.js';
import type { Step } from '../../trainer/detection/listener.js';
import { listeningFiles, listeningModel } from '../firmware/listening_model.js';
import { mixedAudio, randomChunks } from '../firmware/mixed_audio.js';
import { Workbench } from './workbench.js';

const model = listeningModel();
const settings = { stepMs: 60, smoothingMs: 180, refractoryMs: 240, threshold: 0.4 };
const ear = earOf(model, settings);
const bench = new Workbench(listeningFiles(model, 'tiny'), 'b1', streamOf(ear));
afterAll(() => bench.clear());

const asResult = ({ samples, posteriors, detection }: Step): AudioResult => ({
  samples,
  posteriors,
  detection: detection && { keyword: detection.keyword, score: detection.score },
});

describe('a stream', () => {
  let client: FrameClient;
  let facts: StreamFacts;

  beforeAll(async () => {
    const { elf } = await bench.build();
    const { port } = await bench.start(elf);
    client = await connectStream(await bench.open(port), { timeoutMs: 20_000, baudRate: 115200 });
    facts = await streamFacts(client);
  }, 60_000);

  it('is of the front end that the model was trained on', () => {
    const specHash = ear.metadata.sha256.slice(0, 8);
    expect(facts).toEqual({ kind: 'audio', channels: 1, resultSize: 12, sampleRate: 16000, specHash });
    expect(() => audioKind(model, ear).requireBoard(facts, client)).not.toThrow();
  });

  it('is refused by name where board and model differ in the front end, or the board listens to nothing', () => {
    const kind = audioKind(model, ear);
    const refusal = (found: Partial<StreamFacts>) => () => kind.requireBoard({ ...facts, ...found }, client);
    expect(refusal({ specHash: '0badcafe' })).toThrow(/front end is 0badcafe, and the model was trained on that of/);
    expect(refusal({ kind: 'none' })).toThrow(/listens to nothing/);
  });

  it('gives the same as on the host, in chunks of any size, and again after a reset', async () => {
    const random = new Random(5);
    const samples = mixedAudio(24_000, random);
    const expected = listenerOn(model, ear).feed(samples).map(asResult);
    expect(expected.filter(({ detection }) => detection).length).toBeGreaterThan(2);
    for (let round = 0; round < 2; round++) {
      const found: AudioResult[] = [];
      const count = await streamTo(client, facts, randomChunks(samples, random), (bytes) =>
        found.push(readAudioResult(bytes)),
      );
      expect(count).toBe(samples.length);
      expect(found).toEqual(expected);
    }
  }, 60_000);
});
