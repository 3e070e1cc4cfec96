// What the recordings are that a model is made of: kept for its card and its runs.
import { SPLITS, type Clip, type Dataset } from '../trainer/datasets/dataset.js';
import type { z } from 'zod';
import type { Config } from './config.js';
import type { dataRecord } from './records.js';

/** Counts by split; speakers are those that are known by name. */
export function describeData({ clips, labels, hash }: Dataset, data: Config['data']): z.output<typeof dataRecord> {
  const splits = SPLITS.map((split) => {
    const own = clips.filter((clip) => clip.split === split);
    const speakers = new Set(own.map(({ speaker }) => speaker).filter(Boolean)).size;
    return [split, { clips: own.length, speakers, byLabel: countByLabel(own, labels) }] as const;
  });
  const split = data.split ?? 'as the data set says, or by speaker';
  return { sha256: hash, source: data.source, labels, split, splits: Object.fromEntries(splits) };
}

function countByLabel(clips: readonly Clip[], labels: readonly string[]): Record<string, number> {
  return Object.fromEntries(labels.map((name, label) => [name, clips.filter((clip) => clip.label === label).length]));
}
