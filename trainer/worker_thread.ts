// Runs a built file in a worker thread and brings its errors back whole.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker, parentPort } from 'node:worker_threads';
import { KilnError, type Fault, type Problem } from '../base/errors.js';
import { packageRoot } from '../base/files.js';

type Message = { value: unknown } | { failure: { code: string; problem: Problem; fault: Fault } };

/** A worker's file under dist: threads run what is built, also where the sources are what runs. @throws KilnError `not-built` */
export function builtFile(file: string): URL {
  const path = join(packageRoot(), 'dist', file);
  if (existsSync(path)) return pathToFileURL(path);
  const todo = 'Run `npm run build` in the folder of tinykiln.';
  throw new KilnError('not-built', { where: path, what: 'this part of tinykiln is not built', todo });
}

/**
 * Runs a worker to its end; what it prints is dropped.
 * @param file under dist, such as `trainer/feature_worker.js`
 * @param onMessage is given what the worker reports
 * @throws KilnError that the worker threw, or `not-built`
 */
export function runWorker<T>(file: string, workerData: unknown, onMessage: (value: T) => void): Promise<void> {
  const url = builtFile(file);
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { workerData, stdout: true, stderr: true });
    worker.on('message', (message: Message) => {
      if ('value' in message) return onMessage(message.value as T);
      const { code, problem, fault } = message.failure;
      reject(new KilnError(code, problem, fault));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${file} ended with code ${code}`))));
  });
}

/** The worker's side: `work` reports by its argument; a KilnError goes to the caller of `runWorker`. */
export async function serveWorker<T>(work: (report: (value: T) => void) => void | Promise<void>): Promise<void> {
  const port = parentPort!;
  try {
    await work((value) => port.postMessage({ value } satisfies Message));
  } catch (error) {
    if (!(error instanceof KilnError)) throw error;
    const { code, problem, fault } = error;
    port.postMessage({ failure: { code, problem, fault } } satisfies Message);
  }
}

/** Runs the jobs, at most `limit` at a time, in order; the first error stops the rest from starting. */
export async function inParallel(jobs: readonly (() => Promise<void>)[], limit: number): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs.length) {
      try {
        await jobs[next++]!();
      } catch (error) {
        next = jobs.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
}
