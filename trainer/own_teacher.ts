// A teacher that is trained here, on the student's own features: what it says of every row of the training split.
import { layoutOf } from './models/parameters.js';
import { logitsJobs, shardContext } from './shard_context.js';
import { openShards } from './shard_pool.js';
import { trainWeights, type TrainRequest } from './train.js';
import { sharedFloats } from './train_state.js';

/** Trains as `train` does, but writes no model. @returns logits, [rows × classes]. @throws KilnError as `train` */
export async function trainTeacher(request: TrainRequest): Promise<Float32Array> {
  const { features } = request;
  const { model, options, backend, workers, trained } = await trainWeights(request);
  const { train } = features.splits;
  const shared = (values: Float32Array) => {
    const copy = sharedFloats(values.length);
    copy.set(values);
    return copy;
  };
  const context = shardContext({
    ...{ features, model, options, backend, layout: layoutOf(model), rows: train },
    ...{ weights: shared(trained.weights), statistics: shared(trained.statistics) },
    ...{ frozen: undefined, teacher: undefined },
  });
  const pool = await openShards(context, workers);
  try {
    await pool.run(logitsJobs(train.n * train.variants));
  } finally {
    await pool.close();
  }
  return context.evaluation.logits;
}

/** The mean of what several teachers say. */
export function meanLogits(teachers: readonly Float32Array[]): Float32Array {
  const mean = sharedFloats(teachers[0]!.length);
  for (const logits of teachers) logits.forEach((value, i) => (mean[i]! += value / teachers.length));
  return mean;
}
