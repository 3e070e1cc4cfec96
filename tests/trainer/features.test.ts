// Features of a data set: the same bytes for any number of workers, kept in a cache that is checked, varied by the seed.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset, type Dataset } from '../../trainer/datasets/dataset.js';
import { DEFAULT_AUGMENTATION, extractFeatures, type FeatureOptions, type FeatureSet } from '../../trainer/features.js';
import { modelFeatures } from '../../trainer/frontend/model_features.js';
import { MFCC } from '../../trainer/frontend/mfcc.js';
import { MICRO_SPEECH, MicroFrontend, quantizeFeature } from '../../trainer/frontend/micro_frontend.js';
import { temporaryFolder, tone, writeManifest, writeRecording } from './recordings.js';

const CLIP = 49 * 40;

function makeFolder(): string {
  return writeManifest(
    'path,label,speaker,split',
    ['train', 'val', 'test'].flatMap((split, i) => [
      `${split}/low.wav,low,s${i},${split}`,
      `${split}/high.wav,high,s${i},${split}`,
      `${split}/quiet.wav,_silence_,,${split}`,
    ]),
  );
}

function load(path: string): Promise<Dataset> {
  return loadDataset({ source: 'manifest', path, seed: 1 });
}

function extract(dataset: Dataset, options: Partial<FeatureOptions> = {}): Promise<FeatureSet> {
  return extractFeatures(dataset, {
    frontend: MICRO_SPEECH,
    variants: 3,
    augment: DEFAULT_AUGMENTATION,
    seed: 1,
    cacheDirectory: temporaryFolder(),
    workers: 0,
    ...options,
  });
}

/** int8 features of one clip. */
function expected(samples: Int16Array): Int8Array {
  const frames = new MicroFrontend(MICRO_SPEECH).push(samples);
  return Int8Array.from(frames.flatMap((frame) => [...frame].map(quantizeFeature)));
}

describe('features', () => {
  it('lie clip by clip, variant by variant, the clean one first', async () => {
    const { splits, shape, labels } = await extract(await load(makeFolder()));
    expect(shape).toEqual([49, 40]);
    expect(labels).toEqual(['high', 'low', '_silence_']);
    expect([splits.train.n, splits.train.variants, splits.train.x.length]).toEqual([3, 3, 3 * 3 * CLIP]);
    expect([splits.val.n, splits.val.variants, splits.val.x.length]).toEqual([3, 1, 3 * CLIP]);
    expect([...splits.train.y]).toEqual([1, 0, 2]);
    expect(splits.test.speakers).toEqual(['s2', 's2', '']);
    expect(splits.train.x.slice(3 * CLIP, 4 * CLIP)).toEqual(expected(tone(210)));
    expect(splits.val.x.slice(CLIP, 2 * CLIP)).toEqual(expected(tone(240)));
  });

  it('may be cepstral coefficients', async () => {
    const spec = { ...MICRO_SPEECH, mfcc: MFCC };
    const { splits, shape } = await extract(await load(makeFolder()), { frontend: spec });
    expect(shape).toEqual([49, 10]);
    const wanted = new Int8Array(490);
    new MicroFrontend(spec).push(tone(210)).forEach((logs, i) => modelFeatures(spec).write(logs, wanted, 10 * i));
    expect(splits.train.x.slice(3 * 490, 4 * 490)).toEqual(wanted);
  });

  it('are the same for any number of workers, and reported clip by clip', async () => {
    const dataset = await load(makeFolder());
    const alone = await extract(dataset);
    for (const workers of [1, 2]) {
      const steps: number[] = [];
      expect(await extract(dataset, { workers, onProgress: (done) => steps.push(done) })).toEqual(alone);
      expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  it('are varied by the seed, but for the clean variant', async () => {
    const dataset = await load(makeFolder());
    const [first, other] = [await extract(dataset), await extract(dataset, { seed: 2 })];
    const variant = ({ splits }: FeatureSet, i: number) => splits.train.x.slice(i * CLIP, (i + 1) * CLIP);
    expect(other.hash).not.toBe(first.hash);
    expect(variant(other, 0)).toEqual(variant(first, 0));
    expect(variant(other, 1)).not.toEqual(variant(first, 1));
    expect(variant(first, 2)).not.toEqual(variant(first, 1));
    expect(other.splits.val).toEqual(first.splits.val);
  });

  it('move in time by no more than they may', async () => {
    const folder = makeFolder();
    const click = new Int16Array(16000);
    click.fill(20000, 8000, 8040);
    writeRecording(join(folder, 'train/low.wav'), click);
    const augment = { ...DEFAULT_AUGMENTATION, noise: 0, gainDb: 0 };
    const { splits } = await extract(await load(folder), { variants: 40, augment });
    const onsets = Array.from({ length: 40 }, (_, variant) => {
      const x = splits.train.x.subarray(variant * CLIP, (variant + 1) * CLIP);
      return Math.floor(x.findIndex((q) => q > -128) / 40);
    });
    // The click is at 500 ms, so in frames 24 to 25 of 20 ms; 100 ms are five frames.
    expect(Math.min(...onsets)).toBeGreaterThanOrEqual(18);
    expect(Math.max(...onsets)).toBeLessThanOrEqual(29);
    expect(new Set(onsets).size).toBeGreaterThan(5);
  });

  it('pad a short recording, take the middle of a long one, and resample', async () => {
    const folder = makeFolder();
    const padded = new Int16Array(16000);
    padded.set(tone(500, 16000, 0.5), 4000);
    writeRecording(join(folder, 'val/low.wav'), tone(500, 16000, 0.5));
    writeRecording(join(folder, 'val/high.wav'), tone(500, 16000, 1.5));
    writeRecording(join(folder, 'test/low.wav'), tone(500, 48000), 48000);
    const { splits } = await extract(await load(folder));
    expect(splits.val.x.slice(0, CLIP)).toEqual(expected(padded));
    expect(splits.val.x.slice(CLIP, 2 * CLIP)).toEqual(expected(tone(500, 16000, 1.5).subarray(4000, 20000)));
    const loudest = (x: Int8Array) =>
      Array.from({ length: 49 }, (_, frame) => {
        const channels = x.subarray(frame * 40, (frame + 1) * 40);
        return channels.indexOf(Math.max(...channels));
      });
    expect(loudest(splits.test.x.subarray(0, CLIP))).toEqual(loudest(expected(tone(500))));
  });

  it('tell when there is no noise to mix with', async () => {
    const dataset = await load(makeFolder());
    const notices: string[] = [];
    await extract({ ...dataset, noise: [] }, { onNotice: (text) => notices.push(text) });
    expect(notices).toEqual(['The data set has no background noise: training clips are varied without it.']);
  });

  it('carry the error of a worker whole', async () => {
    const folder = makeFolder();
    const dataset = await load(folder);
    writeFileSync(join(folder, 'val/low.wav'), 'RIFF');
    const cacheDirectory = temporaryFolder();
    const failing = extract(dataset, { workers: 2, cacheDirectory });
    await expect(failing).rejects.toMatchObject({ code: 'wav-not-riff', exitCode: 2 });
    expect(readdirSync(cacheDirectory)).toEqual([]);
  });

  it('are refused when they would not fit', async () => {
    const extraction = extract(await load(makeFolder()), { variants: 1e6 });
    await expect(extraction).rejects.toThrow('its features would take 5.5 GiB, and at most 2 fit');
  });
});

describe('the cache', () => {
  it('gives the same features without work, and only whole', async () => {
    const dataset = await load(makeFolder());
    const cacheDirectory = temporaryFolder();
    let worked = 0;
    const run = () => extract(dataset, { cacheDirectory, onProgress: () => worked++ });
    const first = await run();
    expect(worked).toBe(9);
    expect(await run()).toEqual(first);
    expect(worked).toBe(9);
    const file = join(cacheDirectory, readdirSync(cacheDirectory)[0]!);
    const bytes = readFileSync(file);
    for (const damage of [bytes.subarray(0, 1000), Buffer.from(bytes).fill(1, 5000, 5004), Buffer.alloc(0)]) {
      writeFileSync(file, damage);
      expect(await run()).toEqual(first);
      expect(readFileSync(file).equals(bytes)).toBe(true);
    }
    expect(worked).toBe(4 * 9);
  });

  it('has another place for other data, front ends and variants', async () => {
    const folder = makeFolder();
    const dataset = await load(folder);
    const hashes = new Set<string>();
    const add = async (options: Partial<FeatureOptions>, data = dataset) =>
      hashes.add((await extract(data, options)).hash);
    await add({});
    await add({ variants: 2 });
    await add({ frontend: { ...MICRO_SPEECH, channels: 32 } });
    await add({ frontend: { ...MICRO_SPEECH, mfcc: MFCC } });
    await add({ augment: { ...DEFAULT_AUGMENTATION, shiftMs: 50 } });
    writeRecording(join(folder, 'val/low.wav'), tone(700));
    await add({}, await load(folder));
    expect(hashes.size).toBe(6);
  });
});
