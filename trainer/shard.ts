// The part of a step that can run anywhere: the gradient of one shard of a batch, or the logits of one chunk of examples.
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../base/random.js';
import { startBackend, type BackendName } from './backends/backend.js';
import { drawBatch, type Batch, type BatchSource } from './batch.js';
import { crossEntropy, type BatchLoss } from './loss.js';
import type { Model } from './models/layers.js';
import { inferenceLogits, trainingLogits, type Tensors } from './models/network.js';
import { layoutOf, slice, type Parameter, type ParameterLayout } from './models/parameters.js';
import { quantizedLayoutOf, quantizedLogits } from './models/quantized_network.js';
import { dequantize } from './spec_augment.js';

/** What all shards share: on shared memory, so that worker threads see each other's results without copies. */
export interface ShardContext {
  backend: BackendName;
  model: Model;
  source: BatchSource;
  /** Which rows of the training features the batch takes. */
  batch: Uint32Array;
  weights: Float32Array;
  /** Running: of batch normalization or, where it is frozen, the activations' ranges. */
  statistics: Float32Array;
  /** Batch normalization's statistics where training is quantization-aware. */
  frozen: Float32Array | undefined;
  /** One of each for every shard; `observed` is what the batch adds to the running statistics. */
  gradients: Float32Array[];
  observed: Float32Array[];
  /** Where `logits` jobs find their examples and leave their results. */
  evaluation: { x: Int8Array; logits: Float32Array };
}

export type ShardJob =
  | { kind: 'gradient'; shard: number; first: number; count: number; seed: number }
  | { kind: 'logits'; first: number; count: number };

export class Shard {
  private readonly layout: ParameterLayout;
  private readonly features: number;

  private constructor(private readonly context: ShardContext) {
    this.layout = (context.frozen ? quantizedLayoutOf : layoutOf)(context.model);
    this.features = context.model.inputShape[0] * context.model.inputShape[1];
  }

  /** Starts the backend in this thread. */
  static async start(context: ShardContext): Promise<Shard> {
    await startBackend(context.backend, () => {});
    return new Shard(context);
  }

  run(job: ShardJob): BatchLoss {
    return tf.tidy(() => (job.kind === 'gradient' ? this.gradient(job) : this.logits(job)));
  }

  /** Leaves the gradient of the shard's mean loss and what it observed in `gradients` and `observed`. */
  private gradient({ shard, first, count, seed }: ShardJob & { kind: 'gradient' }): BatchLoss {
    const { source, batch, gradients, weights } = this.context;
    const random = new Random(seed);
    const drawn = drawBatch(source, batch.subarray(first, first + count), random);
    const x = this.input(drawn.values, count);
    const names = this.layout.weights.map(({ name }) => name);
    let result: BatchLoss = { loss: 0, correct: 0 };
    const loss = (...tensors: tf.Tensor[]) => {
      const byName = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
      const logits = this.trainingLogits(byName, x, shard, random);
      return differentiableLoss(logits, drawn, (value) => (result = value));
    };
    const tensors = Object.values(this.tensors(weights, this.layout.weights));
    tf.grads(loss)(tensors).forEach((gradient, i) => {
      gradients[shard]!.set(gradient.dataSync(), this.layout.weights[i]!.offset);
    });
    return result;
  }

  private trainingLogits(weights: Tensors, x: tf.Tensor4D, shard: number, random: Random): tf.Tensor2D {
    const { model, statistics, frozen, observed } = this.context;
    let offset = 0;
    const write = (values: ArrayLike<number>) => {
      observed[shard]!.set(values, offset);
      offset += values.length;
    };
    if (!frozen) {
      const onMoments = (...moments: tf.Tensor1D[]) => moments.forEach((tensor) => write(tensor.dataSync()));
      return trainingLogits(model, weights, x, onMoments, random);
    }
    const state = { statistics: frozen, ranges: statistics };
    return quantizedLogits(model, weights, state, x, { onRange: write, random });
  }

  private logits({ first, count }: ShardJob & { kind: 'logits' }): BatchLoss {
    const { model, weights, evaluation, source } = this.context;
    const { x, logits } = evaluation;
    const values = new Float32Array(count * this.features);
    dequantize(x.subarray(first * this.features, (first + count) * this.features), source.quantization, values);
    const layers = this.tensors(weights, this.layout.weights);
    const output = this.inferenceLogits(layers, this.input(values, count));
    logits.set(output.dataSync(), first * model.labels.length);
    return { loss: 0, correct: 0 };
  }

  private inferenceLogits(weights: Tensors, x: tf.Tensor4D): tf.Tensor2D {
    const { model, statistics, frozen } = this.context;
    if (frozen) return quantizedLogits(model, weights, { statistics: frozen, ranges: statistics }, x);
    return inferenceLogits(model, weights, this.tensors(statistics, this.layout.statistics), x);
  }

  private input(values: Float32Array, count: number): tf.Tensor4D {
    return tf.tensor4d(values, [count, ...this.context.model.inputShape]);
  }

  private tensors(values: Float32Array, parameters: readonly Parameter[]): Tensors {
    return Object.fromEntries(parameters.map((p) => [p.name, tf.tensor(slice(values, p).slice(), [...p.shape])]));
  }
}

/** The mean loss as a tensor whose gradient is computed beside it; `onValue` is given the sums. */
function differentiableLoss(logits: tf.Tensor2D, batch: Batch, onValue: (value: BatchLoss) => void): tf.Scalar {
  const operation = tf.customGrad((input) => {
    const gradient = new Float32Array(logits.size);
    const value = batchLoss((input as tf.Tensor2D).dataSync<'float32'>(), batch, gradient);
    onValue(value);
    return {
      value: tf.scalar(value.loss / logits.shape[0]),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.tensor2d(gradient, logits.shape)),
    };
  });
  return operation(logits) as tf.Scalar;
}

/** The labels' cross-entropy and the teacher's, each by its share. */
function batchLoss(logits: Float32Array, { labels, teacher }: Batch, gradient: Float32Array): BatchLoss {
  const weight = teacher?.weight ?? 0;
  const { loss, correct } = crossEntropy(logits, labels, gradient, 1 - weight);
  if (!teacher) return { loss, correct };
  const taught = crossEntropy(logits, teacher.targets, gradient, weight);
  return { loss: (1 - weight) * loss + weight * taught.loss, correct };
}
