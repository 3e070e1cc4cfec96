// Runs the shards of a step in this thread, or side by side in worker threads: with the same results.
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { BatchLoss } from './loss.js';
import type { ShardContext, ShardJob } from './shard.js';
import { builtFile } from './worker_thread.js';

export interface ShardPool {
  /** The results in the order of the jobs. */
  run(jobs: readonly ShardJob[]): Promise<BatchLoss[]>;
  close(): Promise<void>;
}

/** @param workers 1 computes in this thread, and lets it breathe after each job */
export async function openShards(context: ShardContext, workers: number): Promise<ShardPool> {
  return workers > 1 ? openThreads(context, workers) : openLocal(context);
}

async function openLocal(context: ShardContext): Promise<ShardPool> {
  const { Shard } = await import('./shard.js');
  const shard = await Shard.start(context);
  return {
    async run(jobs) {
      const results: BatchLoss[] = [];
      for (const job of jobs) {
        results.push(shard.run(job));
        await setImmediate();
      }
      return results;
    },
    close: async () => {},
  };
}

async function openThreads(context: ShardContext, workers: number): Promise<ShardPool> {
  const url = builtFile('trainer/shard_worker.js');
  const threads = Array.from({ length: workers }, () => new ShardThread(url, context));
  await Promise.all(threads.map(({ ready }) => ready));
  return {
    run: (jobs) => Promise.all(jobs.map((job, i) => threads[i % workers]!.run(job))),
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

interface Waiting {
  resolve(result: BatchLoss): void;
  reject(error: Error): void;
}

/** One worker thread: it answers jobs in the order in which they were sent. */
class ShardThread {
  /** Settled when the thread's backend has started. */
  readonly ready: Promise<unknown>;
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private failure: Error | undefined;

  constructor(url: URL, context: ShardContext) {
    this.worker = new Worker(url, { workerData: context });
    this.ready = this.answer();
    this.worker.on('message', (result: BatchLoss) => this.waiting.shift()!.resolve(result));
    this.worker.on('error', (error: Error) => this.fail(error));
    this.worker.on('exit', (code) => this.fail(new Error(`a training thread ended with code ${code}`)));
  }

  run(job: ShardJob): Promise<BatchLoss> {
    if (this.failure) return Promise.reject(this.failure);
    this.worker.postMessage(job);
    return this.answer();
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private answer(): Promise<BatchLoss> {
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}
