// Adam on one flat array, and the learning rates it is given.
import { slice, type ParameterLayout } from './models/parameters.js';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

/** The two running moments of the gradient: all of Adam's state but the step. */
export interface AdamState {
  mean: Float32Array;
  square: Float32Array;
}

/** One step of Adam (Kingma and Ba, 2015, in Keras' form); `step` counts from 1. */
export function adam(
  weights: Float32Array,
  gradient: Float32Array,
  { mean, square }: AdamState,
  step: number,
  learningRate: number,
): void {
  const rate = (learningRate * Math.sqrt(1 - Math.pow(BETA2, step))) / (1 - Math.pow(BETA1, step));
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i]!;
    const m = (mean[i] = mean[i]! + (1 - BETA1) * (g - mean[i]!));
    const v = (square[i] = square[i]! + (1 - BETA2) * (g * g - square[i]!));
    weights[i]! -= (rate * m) / (Math.sqrt(v) + EPSILON);
  }
}

/** Adds the gradient of l2 · Σ w² over the kernels. */
export function addL2(gradient: Float32Array, weights: Float32Array, layout: ParameterLayout, l2: number): void {
  for (const parameter of layout.weights.filter(({ name }) => name.endsWith('kernel'))) {
    const [g, w] = [slice(gradient, parameter), slice(weights, parameter)];
    for (let i = 0; i < g.length; i++) g[i]! += 2 * l2 * w[i]!;
  }
}

/** `cosine` falls to nothing at the end; `step` falls to a tenth at 60 % and to a hundredth at 85 % of the way. */
export type Schedule = 'cosine' | 'step';

/** The learning rate of a step (counted from 0): a linear rise over the warm-up, then the schedule. */
export function learningRateAt(
  step: number,
  steps: number,
  { learningRate, schedule, warmup }: { learningRate: number; schedule: Schedule; warmup: number },
): number {
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  const way = (step - warmup) / Math.max(1, steps - warmup);
  if (schedule === 'cosine') return (learningRate * (1 + Math.cos(Math.PI * way))) / 2;
  return learningRate * (way < 0.6 ? 1 : way < 0.85 ? 0.1 : 0.01);
}
