// Where a training stands after a step: all that the rest of it depends on, as a checkpoint holds it.
import { Random } from '../base/random.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { initialize, type ParameterLayout } from './models/parameters.js';
import type { AdamState } from './optimizer.js';
import { deriveSeed, PURPOSE } from './seeds.js';

export interface EpochRecord {
  /** From 1. */
  epoch: number;
  /** Means over the epoch's training examples, as they were augmented. */
  loss: number;
  accuracy: number;
  valLoss: number;
  valAccuracy: number;
}

interface Progress {
  /** Steps done. */
  step: number;
  /** Sums over the steps of the epoch under way. */
  loss: number;
  correct: number;
  /** The epochs done. */
  history: EpochRecord[];
  /** How many epochs were done when the best weights were kept; 0 before the first. */
  bestEpoch: number;
}

export class TrainState {
  progress: Progress = { step: 0, loss: 0, correct: 0, history: [], bestEpoch: 0 };
  /** Shared with the workers. */
  readonly weights: Float32Array;
  readonly statistics: Float32Array;
  readonly adam: AdamState;
  readonly bestWeights: Float32Array;
  readonly bestStatistics: Float32Array;

  /** @param start weights to start from; left out: random ones */
  constructor(layout: ParameterLayout, seed: number, start?: Float32Array) {
    this.weights = sharedFloats(layout.weightCount);
    this.statistics = sharedFloats(layout.statisticCount);
    this.adam = { mean: new Float32Array(layout.weightCount), square: new Float32Array(layout.weightCount) };
    this.bestWeights = new Float32Array(layout.weightCount);
    this.bestStatistics = new Float32Array(layout.statisticCount);
    const random = new Random(deriveSeed(seed, PURPOSE.weights));
    if (start) this.weights.set(start);
    else initialize(this.weights, layout.weights, random);
    initialize(this.statistics, layout.statistics, random);
  }

  get best(): EpochRecord | undefined {
    return this.progress.history[this.progress.bestEpoch - 1];
  }

  /** Ends an epoch: the weights are kept if they are the best so far, by loss: of a few hundred clips it says more than how many are right. */
  endEpoch(record: EpochRecord): void {
    const { best, progress } = this;
    progress.history.push(record);
    progress.loss = progress.correct = 0;
    if (best && !isBetter(record, best)) return;
    progress.bestEpoch = progress.history.length;
    this.bestWeights.set(this.weights);
    this.bestStatistics.set(this.statistics);
  }

  save(path: string, fingerprint: string): void {
    writeCheckpoint<Progress>(path, fingerprint, { data: this.progress, arrays: this.arrays() });
  }

  /** Goes on from a checkpoint, if there is one of the same training. */
  restore(path: string, fingerprint: string, onNotice: (text: string) => void): boolean {
    const found = readCheckpoint<Progress>(path, fingerprint, onNotice);
    if (!found) return false;
    this.progress = found.data;
    for (const [name, array] of Object.entries(this.arrays())) array.set(found.arrays[name]!);
    return true;
  }

  private arrays(): Record<string, Float32Array> {
    const { weights, statistics, adam, bestWeights, bestStatistics } = this;
    return { weights, statistics, mean: adam.mean, square: adam.square, bestWeights, bestStatistics };
  }
}

function isBetter(a: EpochRecord, b: EpochRecord): boolean {
  return a.valLoss < b.valLoss || (a.valLoss === b.valLoss && a.valAccuracy > b.valAccuracy);
}

export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}
