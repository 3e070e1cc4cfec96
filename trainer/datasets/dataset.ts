// A data set: labelled one-second clips divided into train, val and test, whatever they came from.
import type { Split } from './split.js';

export { SPLITS, type Split } from './split.js';

export const SILENCE = '_silence_';
export const UNKNOWN = '_unknown_';

export interface Clip {
  /** Relative to the data set's root. */
  path: string;
  /** Index into the labels. */
  label: number;
  /** What is really said: for `_unknown_` another word than the label. */
  word: string;
  /** Empty where nobody speaks. */
  speaker: string;
  split: Split;
  /** First sample of a clip that is cut from a longer recording; without it the clip is the middle of the file. */
  start?: number;
}

/** A stretch of background noise that training clips may be mixed with. */
export interface NoiseStretch {
  path: string;
  /** In samples at the file's own rate. */
  start: number;
  /** Left out: to the end of the file. */
  length?: number;
}

export interface Dataset {
  root: string;
  labels: string[];
  clips: Clip[];
  /** Heard in no split but train. */
  noise: NoiseStretch[];
  /** SHA-256 over labels, clips and the bytes of every file. */
  hash: string;
  /** What a user should know, one sentence each. */
  notices: string[];
}

export interface DataOptions {
  source: 'manifest' | 'speech-folder' | 'synthetic';
  /** The data set's folder; for a manifest also the CSV file itself. */
  path: string;
  /** A manifest that lies elsewhere: its paths are relative to `path`. */
  manifest?: string;
  /** Which classes, in which order. */
  labels?: string[];
  /** Clips of `_unknown_` as a share of all clips of the words. */
  unknown?: number;
  /** Clips of `_silence_`, likewise. */
  silence?: number;
  /** How a speech folder is divided: by its two lists, or by speaker. Left out: by the lists where there are any. */
  split?: 'by-speaker' | 'lists';
  seed: number;
  /** Hz; recordings at other rates are named in a notice. Left out: 16000. */
  sampleRate?: number;
  onProgress?: (done: number, total: number) => void;
}

/** Reads, checks and hashes a data set. Every file of it is there, has the right format and the expected content. */
export async function loadDataset(options: DataOptions): Promise<Dataset> {
  switch (options.source) {
    case 'manifest':
      return (await import('./manifest.js')).loadManifest(options);
    case 'speech-folder':
      return (await import('./speech_folder.js')).loadSpeechFolder(options);
    case 'synthetic':
      return (await import('./synthetic.js')).loadSynthetic(options);
  }
}
