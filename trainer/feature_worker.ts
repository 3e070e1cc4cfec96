// A worker that extracts the features of some clips into shared memory.
import { workerData } from 'node:worker_threads';
import { extract, type ExtractionPlan, type ExtractionTask } from './extract.js';
import { CACHE_HEADER } from './feature_cache.js';
import { serveWorker } from './worker_thread.js';

export interface FeatureJob {
  plan: ExtractionPlan;
  tasks: ExtractionTask[];
  output: SharedArrayBuffer;
}

await serveWorker<'clip'>((report) => {
  const { plan, tasks, output } = workerData as FeatureJob;
  extract(plan, tasks, new Int8Array(output, CACHE_HEADER), () => report('clip'));
});
