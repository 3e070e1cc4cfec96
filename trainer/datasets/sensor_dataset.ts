// A data set of sensors on machines: recordings of several channels in physical units, each stretch with what the machine was like.
import type { SyntheticVibration } from './synthetic_vibration.js';

/** Samples without a gap: no window goes from one stretch to the next. */
export interface Stretch {
  /** By channel, in physical units, all of one length. */
  channels: Float64Array[];
  /** By sample: index into the classes. */
  classes: Uint8Array;
}

export interface Recording {
  /** As a user knows it: its file, relative to the data set's folder. */
  name: string;
  /** What of all machines it is of; empty where that is not said. */
  machine: string;
  /** In time order. */
  stretches: Stretch[];
}

export interface SensorDataset {
  channels: { name: string; physical: string }[];
  /** Hz. */
  sampleRate: number;
  /** `normal` first. */
  classes: string[];
  recordings: Recording[];
  /** What a user should know, one sentence each. */
  notices: string[];
  /** SHA-256 over all that was read. */
  hash: string;
}

export const NORMAL = 'normal';

/** How the columns of a CSV file are to be read. */
export interface TableOptions {
  /** Names of the channels, in order. Left out: all columns but those of time and label. */
  columns?: readonly string[] | undefined;
  /** What a value is, channel by channel: g, °C. */
  units?: readonly string[] | undefined;
  /** Hz. Left out: by the column of time. */
  sampleRate?: number | undefined;
  /** Left out: a comma. */
  delimiter?: string | undefined;
}

export interface CsvFolder extends TableOptions {
  source: 'csv-folder';
  /** Absolute. */
  path: string;
  /** Column of seconds, or of dates as ISO 8601 has them. */
  time?: string | undefined;
  /** Column of what the machine was like. Left out: the first folder of a file's path says it. */
  label?: string | undefined;
  /** Labels, or folders, of a machine that was well. */
  normal: readonly string[];
  /** Missing samples in a row that are filled by a straight line: more are a gap. */
  fill: number;
}

export interface FrameFolder extends TableOptions {
  source: 'frames';
  path: string;
  normal: readonly string[];
}

export type SensorSource = CsvFolder | FrameFolder | SyntheticVibration;

/** @throws KilnError `csv-…`, `recordings-…` that names file, line and column */
export async function loadSensorDataset(source: SensorSource): Promise<SensorDataset> {
  switch (source.source) {
    case 'csv-folder':
      return (await import('./csv_folder.js')).loadCsvFolder(source);
    case 'frames':
      return (await import('./frame_folder.js')).loadFrameFolder(source);
    case 'synthetic-vibration':
      return (await import('./synthetic_vibration.js')).synthesizeVibration(source);
  }
}
