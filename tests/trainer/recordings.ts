// Small data sets of tones, written to a temporary folder.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeWav } from '../../trainer/datasets/wav.js';

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tinykiln-'));
}

/** A tone of `hz`, at half of full scale. */
export function tone(hz: number, sampleRate = 16000, seconds = 1): Int16Array {
  const length = Math.round(sampleRate * seconds);
  return Int16Array.from({ length }, (_, i) => Math.round(16000 * Math.sin((2 * Math.PI * hz * i) / sampleRate)));
}

export function writeRecording(path: string, samples: Int16Array, sampleRate = 16000): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, encodeWav({ sampleRate, samples }));
}

/** Writes a recording for each `path,…` line and the lines as manifest.csv. @returns the folder */
export function writeManifest(header: string, lines: readonly string[]): string {
  const folder = temporaryFolder();
  lines.forEach((line, i) => writeRecording(join(folder, line.split(',')[0]!), tone(200 + 10 * i)));
  writeFileSync(join(folder, 'manifest.csv'), [header, ...lines, ''].join('\n'));
  return folder;
}
