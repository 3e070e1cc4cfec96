// The settings of a training, with the defaults that were tuned on the validation split of real speech.
import type { Schedule } from './optimizer.js';
import type { InputQuantization, SpecAugment } from './spec_augment.js';

/** Training that goes on in int8's steps, from the best float weights. */
export interface QuantizationAware {
  epochs: number;
  /** Adam's, at its highest. */
  learningRate: number;
}

export interface TrainOptions {
  epochs: number;
  /** Examples to a step; an epoch is cut into steps as equal as can be. */
  batch: number;
  /** Adam's, at its highest. */
  learningRate: number;
  schedule: Schedule;
  /** Epochs over which the learning rate rises. */
  warmup: number;
  /** Factor of the sum of all squared kernel weights in the loss. */
  l2: number;
  /** What of each label is spread over all classes, 0 … 1. */
  labelSmoothing: number;
  /** Epochs without a lower validation loss after which training stops. */
  patience: number;
  seed: number;
  /** Whether every class is trained on as often as any other. */
  balance: boolean;
  /** Share of the examples that are mixed with another one, features and labels. */
  mixup: number;
  /** How the features vary from epoch to epoch; false trains on them as they are. */
  specAugment: SpecAugment | false;
  /** Parts of a batch that are computed apart, at most one to a worker: it changes the results, the number of workers does not. */
  shards: number;
  inputQuantization: InputQuantization;
  /** What follows the float training; false for nothing. */
  quantizationAware: QuantizationAware | false;
}

export const DEFAULT_SPEC_AUGMENT: SpecAugment = {
  shift: 0.08,
  timeMasks: 1,
  timeWidth: 0.12,
  frequencyMasks: 1,
  frequencyWidth: 0.12,
};

export const DEFAULT_TRAIN_OPTIONS: TrainOptions = {
  epochs: 40,
  batch: 100,
  learningRate: 0.005,
  schedule: 'cosine',
  warmup: 1,
  l2: 1e-4,
  labelSmoothing: 0,
  balance: true,
  mixup: 0,
  patience: 12,
  seed: 1,
  specAugment: DEFAULT_SPEC_AUGMENT,
  shards: 2,
  inputQuantization: { scale: 1 / 64, zeroPoint: 0 },
  quantizationAware: false,
};

export const DEFAULT_QUANTIZATION_AWARE: QuantizationAware = { epochs: 8, learningRate: 0.00015 };

export const DEFAULT_DISTILLATION = { weight: 0.7, temperature: 2 } as const;
