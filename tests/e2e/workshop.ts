// A project small enough for a test: two tones to tell apart, a tiny model, the virtual board.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../base/random.js';
import { writeRecording } from '../trainer/recordings.js';

const CLIPS = 30;
const TONES = { low: 400, high: 1800 } as const;

export const CONFIG = `name: tones
data: { source: manifest, path: data }
model: { width: 8, blocks: 1, kernel: [4, 4], stride: [4, 4], dropout: 0 }
train: { epochs: 40, batch: 12, learningRate: 0.02, seed: 3, augment: { variants: 1, specAugment: false } }
quantize: { calibration: 20 }
validate: { vectors: 6 }
budget: { flash: 64KiB, ram: 32KiB, accuracy: 90% }
`;

/** A project folder with recordings. */
export function makeProject(config = CONFIG): string {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-'));
  writeFileSync(join(folder, 'kiln.yaml'), config);
  writeRecordings(join(folder, 'data'));
  return folder;
}

function writeRecordings(folder: string): void {
  mkdirSync(folder);
  const random = new Random(1);
  const lines = ['path,label,speaker,split'];
  for (const [label, hz] of Object.entries(TONES)) {
    for (let i = 0; i < CLIPS; i++) {
      const path = `${label}_${i}.wav`;
      writeRecording(join(folder, path), noisyTone(hz, random));
      lines.push(`${path},${label},speaker${i},${i % 5 === 0 ? 'test' : i % 5 === 1 ? 'val' : 'train'}`);
    }
  }
  writeFileSync(join(folder, 'manifest.csv'), `${lines.join('\n')}\n`);
}

/** Beeps in noise: the front end's noise reduction would take a steady tone away. */
function noisyTone(hz: number, random: Random): Int16Array {
  const own = hz * (0.9 + 0.2 * random.uniform());
  return Int16Array.from({ length: 16000 }, (_, t) => {
    const beep = t % 4000 < 1500 ? 6000 * Math.sin((2 * Math.PI * own * t) / 16000) : 0;
    return beep + 100 * random.normal();
  });
}
