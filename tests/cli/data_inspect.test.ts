// `kiln data inspect`: every fault of a data set is named with its recordings; a sound one has none.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { encodeWav } from '../../trainer/datasets/wav.js';
import { temporaryFolder } from '../trainer/recordings.js';
import { kiln } from './kiln.js';

const RATE = 16000;
const CONFIG = `name: words
task: classification
data: { source: manifest, path: data }
`;

interface Recording {
  path: string;
  label: string;
  speaker: string;
  split: string;
  samples?: Int16Array;
}

/** A second of noise at a share of full scale around an offset. */
function noise(seed: number, { level = 0.1, offset = 0, seconds = 1 } = {}): Int16Array {
  const random = new Random(seed);
  return Int16Array.from({ length: seconds * RATE }, () => {
    const value = 32768 * (offset + level * (2 * random.uniform() - 1));
    return Math.max(-32768, Math.min(32767, Math.round(value)));
  });
}

/** Two classes in three splits, each person in one. */
const SOUND: Recording[] = ['train', 'val', 'test'].flatMap((split) =>
  ['yes', 'no'].flatMap((label) =>
    [0, 1].map((take) => ({ path: `${label}/${split}${take}.wav`, label, speaker: `${split}${take}`, split })),
  ),
);

function project(recordings: readonly Recording[]): string {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  recordings.forEach(({ path, samples }, i) => {
    mkdirSync(dirname(join(data, path)), { recursive: true });
    writeFileSync(join(data, path), encodeWav({ sampleRate: RATE, samples: samples ?? noise(i) }));
  });
  const lines = recordings.map(({ path, label, speaker, split }) => `${path},${label},${speaker},${split}`);
  writeFileSync(join(data, 'manifest.csv'), `path,label,speaker,split\n${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'kiln.yaml'), CONFIG);
  return folder;
}

async function inspected(recordings: readonly Recording[], ...options: string[]) {
  const folder = project(recordings);
  const { code, out } = await kiln('data', 'inspect', '-C', folder, '--json', ...options);
  const found = JSON.parse(out) as { findings: { kind: string; paths: string[]; what: string }[]; output: string };
  return { code, ...found, page: readFileSync(found.output, 'utf8') };
}

const extra = (path: string, more: Partial<Recording> = {}): Recording => {
  return { path, label: 'yes', speaker: '', split: 'train', ...more };
};

describe('kiln data inspect', () => {
  it('finds nothing in a sound data set, and draws it', async () => {
    const { code, findings, page } = await inspected(SOUND, '--strict');
    expect(findings).toEqual([]);
    expect(code).toBe(0);
    for (const title of ['Classes', 'Loudness', 'Length']) expect(page).toContain(`${title}</h2>`);
    expect(page).not.toMatch(/(src|href)="(?!#)/);
  });

  it.each<[string, Recording[], { paths: string[]; what: string | RegExp }]>([
    [
      'clipped',
      [extra('yes/loud.wav', { samples: noise(90, { level: 1.1 }) })],
      { paths: ['yes/loud.wav'], what: /^\d+\.\d\d % of/ },
    ],
    [
      'quiet',
      [extra('yes/low.wav', { samples: noise(90, { level: 0.001 }) })],
      { paths: ['yes/low.wav'], what: /^-6\d\.\d dB/ },
    ],
    [
      'offset',
      [extra('yes/off.wav', { samples: noise(90, { offset: -0.1 }) })],
      { paths: ['yes/off.wav'], what: /^-10\.\d % of/ },
    ],
    [
      'short',
      [extra('yes/cut.wav', { samples: noise(90, { seconds: 0.25 }) })],
      { paths: ['yes/cut.wav'], what: '0.25 s' },
    ],
    [
      'long',
      [extra('yes/long.wav', { samples: noise(90, { seconds: 3 }) })],
      { paths: ['yes/long.wav'], what: '3.00 s' },
    ],
    ['name-clash', [extra('no/other.wav')], { paths: ['no/other.wav'], what: 'no in its name, labelled yes' }],
    [
      'copy',
      [extra('yes/again.wav', { samples: noise(0) })],
      { paths: ['yes/train0.wav', 'yes/again.wav'], what: '2 times' },
    ],
  ])('names what is %s, which is no leak', async (kind, more, expected) => {
    const { code, findings } = await inspected([...SOUND, ...more], '--strict');
    expect(findings).toEqual([{ kind, paths: expected.paths, what: expect.stringMatching(expected.what) as string }]);
    expect(code).toBe(0);
  });

  it('names what leaks, and with --strict fails', async () => {
    const leaks = [
      extra('yes/judged.wav', { split: 'test', samples: noise(0) }),
      extra('no/both.wav', { label: 'no', samples: noise(1) }),
      extra('yes/person.wav', { speaker: 'test0' }),
    ];
    const { code, findings, page } = await inspected([...SOUND, ...leaks], '--strict');
    expect(findings.map(({ kind, what }) => [kind, what])).toEqual([
      ['speaker-in-two-splits', 'test0: test and train'],
      ['copy-in-two-splits', 'train and test'],
      ['copy-under-two-labels', 'yes and no'],
    ]);
    expect(code).toBe(1);
    expect(page).toContain('waveform of yes/train0.wav');
    expect((await inspected([...SOUND, ...leaks])).code).toBe(0);
  });

  it('names a class that is far too small', async () => {
    const many = Array.from({ length: 20 }, (_, i) => extra(`yes/more${i}.wav`, { speaker: `more${i}` }));
    const { findings } = await inspected([...SOUND, ...many.map((one, i) => ({ ...one, samples: noise(100 + i) }))]);
    expect(findings).toMatchObject([{ kind: 'class-small', what: 'no: 2 clips, and 22 of the largest' }]);
  });

  it('names a damaged recording as training would', async () => {
    const folder = project(SOUND);
    copyFileSync(join(folder, 'kiln.yaml'), join(folder, 'data', 'yes', 'train0.wav'));
    const { code, err } = await kiln('data', 'inspect', '-C', folder);
    expect(code).toBe(2);
    expect(err).toMatch(/train0\.wav: not a WAV file/);
  });
});
