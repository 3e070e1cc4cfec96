// The check of a fused activation: TFLite Micro refuses one whose bounds leave 32 bits in the output's units.
import type { Activation } from '../graph/graph.js';
import { activationRange } from './activation.js';
import type { LayerCheck } from './layer_check.js';

/** Steps of the output from 0 to a bound: as many leave room for the zero point. */
const MAX_STEPS = 2 ** 30;

export function checkActivation(check: LayerCheck, activation: Activation): void {
  if (check.form === 'float32') return;
  const scale = check.output.quantization!.scale[0]!;
  const bounds = Object.values(activationRange(activation)).filter(Number.isFinite);
  check.expect(
    bounds.every((bound) => Math.abs(bound) / scale < MAX_STEPS),
    () => `has the activation ${activation} and the output scale ${scale}, which is too small for its bounds`,
  );
}
