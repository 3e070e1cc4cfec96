// The loop of a training: steps, epochs, validation; it goes on from whatever state it is given.
import { KilnError } from '../base/errors.js';
import { Random } from '../base/random.js';
import type { TeacherScores } from './batch.js';
import type { BackendName } from './backends/backend.js';
import type { FeatureSet } from './features.js';
import { crossEntropy, targetsOf, type BatchLoss } from './loss.js';
import { rowsOfEpoch } from './epoch_rows.js';
import { BATCH_NORM_MOMENTUM, type Model } from './models/layers.js';
import type { ParameterLayout } from './models/parameters.js';
import { adam, addL2, learningRateAt } from './optimizer.js';
import { deriveSeed, PURPOSE } from './seeds.js';
import type { ShardContext, ShardJob } from './shard.js';
import { logitsJobs, shardContext } from './shard_context.js';
import { openShards, type ShardPool } from './shard_pool.js';
import type { TrainOptions } from './train_options.js';
import type { EpochRecord, TrainState } from './train_state.js';

export interface TrainProgress {
  /** From 1. */
  epoch: number;
  epochs: number;
  /** Of this epoch. */
  step: number;
  steps: number;
  /** Means over the epoch so far. */
  loss: number;
  accuracy: number;
  /** Of the epoch before, if there was one; of this epoch in the report that ends it. */
  valLoss: number | undefined;
  valAccuracy: number | undefined;
  examplesPerSecond: number;
  /** If no early stop comes. */
  secondsLeft: number;
}

export interface TrainPlan {
  features: FeatureSet;
  model: Model;
  /** Of this run. */
  options: TrainOptions;
  /** Epochs of the runs before and after this one. */
  epochsBefore: number;
  epochsAfter: number;
  backend: BackendName;
  workers: number;
  state: TrainState;
  layout: ParameterLayout;
  /** Batch normalization's statistics where the run is quantization-aware: then it learns the activations' ranges. */
  frozen: Float32Array | undefined;
  teacher: TeacherScores | undefined;
  directory: string;
  onProgress: ((progress: TrainProgress) => void) | undefined;
  signal: AbortSignal | undefined;
  /** Writes a checkpoint. */
  save(): void;
}

const SAVE_EVERY_MS = 10_000;

export class TrainRun {
  private readonly steps: number;
  private readonly context: ShardContext;
  private readonly gradient: Float32Array;
  private order = new Uint32Array();
  private lastSave = performance.now();
  private trained = 0;
  private trainingMs = 0;

  constructor(private readonly plan: TrainPlan) {
    const { features, options, layout } = plan;
    this.steps = Math.ceil(features.splits.train.n / options.batch);
    this.context = shardContext({ ...plan, ...plan.state, rows: features.splits.val });
    this.gradient = new Float32Array(layout.weightCount);
  }

  /** Trains to the end. @returns how many examples, and in what time without start-up and validation */
  async finish(): Promise<{ examples: number; milliseconds: number }> {
    if (!this.finished) {
      const pool = await openShards(this.context, this.plan.workers);
      try {
        while (!this.finished) await this.epoch(pool);
      } finally {
        await pool.close();
      }
    }
    return { examples: this.trained, milliseconds: this.trainingMs };
  }

  private get finished(): boolean {
    const { history, bestEpoch } = this.plan.state.progress;
    const { epochs, patience } = this.plan.options;
    return history.length >= epochs || history.length - bestEpoch >= patience;
  }

  /** The one under way, and all, of the whole training. */
  private get epochNumber(): number {
    return this.plan.epochsBefore + this.plan.state.progress.history.length + 1;
  }

  private get epochs(): number {
    const { epochsBefore, options, epochsAfter } = this.plan;
    return epochsBefore + options.epochs + epochsAfter;
  }

  private get examplesPerSecond(): number {
    return this.trainingMs > 0 ? (1000 * this.trained) / this.trainingMs : 0;
  }

  private async epoch(pool: ShardPool): Promise<void> {
    const { state } = this.plan;
    const { history } = state.progress;
    const random = new Random(deriveSeed(this.plan.options.seed, PURPOSE.order, history.length));
    this.order = rowsOfEpoch(this.plan.features.splits.train, this.plan.options.balance, random);
    for (let i = state.progress.step - history.length * this.steps; i < this.steps; i++) {
      await this.step(pool, i);
      this.afterStep(i + 1);
    }
    state.endEpoch(await this.validate(pool));
    this.save();
    this.report(history.at(-1)!.epoch, this.steps, history.at(-1)!);
  }

  private async step(pool: ShardPool, index: number): Promise<void> {
    const started = performance.now();
    const { state, options } = this.plan;
    const { progress, weights, adam: moments } = state;
    const rows = part(this.order, index, this.steps);
    this.context.batch.set(rows);
    const jobs = this.jobs(rows.length);
    const results = await pool.run(jobs);
    this.reduce(jobs, rows.length);
    addL2(this.gradient, weights, this.plan.layout, options.l2);
    const total = options.epochs * this.steps;
    const rate = learningRateAt(progress.step, total, { ...options, warmup: options.warmup * this.steps });
    adam(weights, this.gradient, moments, ++progress.step, rate);
    this.count(results);
    this.trained += rows.length;
    this.trainingMs += performance.now() - started;
  }

  private jobs(count: number): (ShardJob & { kind: 'gradient' })[] {
    const { options, state } = this.plan;
    const bounds = Array.from({ length: options.shards + 1 }, (_, i) => Math.floor((count * i) / options.shards));
    return bounds
      .slice(1)
      .map((end, shard) => ({
        kind: 'gradient' as const,
        shard,
        first: bounds[shard]!,
        count: end - bounds[shard]!,
        seed: deriveSeed(options.seed, PURPOSE.shard, state.progress.step, shard),
      }))
      .filter((job) => job.count > 0);
  }

  /** Sums the shards in their order, each by its share of the batch, into the gradient and the running statistics. */
  private reduce(jobs: readonly (ShardJob & { kind: 'gradient' })[], count: number): void {
    const { gradients, observed, statistics } = this.context;
    const { momentum } = this;
    this.gradient.fill(0);
    for (let i = 0; i < statistics.length; i++) statistics[i]! *= momentum;
    for (const job of jobs) {
      const share = job.count / count;
      addScaled(this.gradient, gradients[job.shard]!, share);
      addScaled(statistics, observed[job.shard]!, share * (1 - momentum));
    }
  }

  /** Of the running statistics. An activation's range is the mean of the first epoch's, and then stays. */
  private get momentum(): number {
    const { step } = this.plan.state.progress;
    if (!this.plan.frozen) return BATCH_NORM_MOMENTUM;
    return step < this.steps ? step / (step + 1) : 1;
  }

  private count(results: readonly BatchLoss[]): void {
    const { progress } = this.plan.state;
    for (const { loss, correct } of results) {
      progress.loss += loss;
      progress.correct += correct;
    }
    if (Number.isFinite(progress.loss)) return;
    throw new KilnError('training-diverged', {
      where: `epoch ${this.epochNumber}, step ${progress.step}`,
      what: 'the loss is no longer a finite number',
      todo: 'Lower train.learningRate, and check the data for clips that are all alike.',
    });
  }

  /** Reports, saves when it is time, and stops if asked to. */
  private afterStep(done: number): void {
    const { signal, directory } = this.plan;
    const epoch = this.epochNumber;
    if (done < this.steps) this.report(epoch, done);
    if (signal?.aborted || performance.now() - this.lastSave > SAVE_EVERY_MS) this.save();
    if (!signal?.aborted) return;
    throw new KilnError('training-stopped', {
      where: directory,
      what: `training was stopped in epoch ${epoch} of ${this.epochs}`,
      todo: 'Run it again to go on from there.',
    });
  }

  private save(): void {
    this.plan.save();
    this.lastSave = performance.now();
  }

  private async validate(pool: ShardPool): Promise<EpochRecord> {
    const { features, state } = this.plan;
    const { n, y } = features.splits.val;
    await pool.run(logitsJobs(n));
    const { loss, correct } = crossEntropy(this.context.evaluation.logits, targetsOf(y, features.labels.length, 0));
    const { progress } = state;
    const examples = features.splits.train.n;
    return {
      epoch: this.epochNumber,
      loss: progress.loss / examples,
      accuracy: progress.correct / examples,
      valLoss: loss / n,
      valAccuracy: correct / n,
    };
  }

  private report(epoch: number, step: number, ended?: EpochRecord): void {
    const { state, features, onProgress } = this.plan;
    const { progress } = state;
    const seen = Math.round((features.splits.train.n * step) / this.steps);
    const { valLoss, valAccuracy } = ended ?? progress.history.at(-1) ?? {};
    const stepsLeft = (this.epochs - epoch) * this.steps + this.steps - step;
    const examplesPerStep = features.splits.train.n / this.steps;
    onProgress?.({
      epoch,
      epochs: this.epochs,
      step,
      steps: this.steps,
      loss: ended?.loss ?? progress.loss / seen,
      accuracy: ended?.accuracy ?? progress.correct / seen,
      valLoss,
      valAccuracy,
      examplesPerSecond: this.examplesPerSecond,
      secondsLeft: (stepsLeft * examplesPerStep) / this.examplesPerSecond,
    });
  }
}

/** The i-th of `count` parts, as equal as can be. */
function part(values: Uint32Array, i: number, count: number): Uint32Array {
  const bound = (k: number) => Math.floor((values.length * k) / count);
  return values.subarray(bound(i), bound(i + 1));
}

function addScaled(sum: Float32Array, values: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * values[i]!;
}
