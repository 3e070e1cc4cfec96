// Dimensions by number, as TFLite counts them: from the front, or from the back where negative.
import type { LayerCheck } from './layer_check.js';

/**
 * The dimension that `axis` stands for among `rank`, where −1 is the last.
 * @param role what the layer has at that axis, for the error
 * @throws KilnError that names the layer
 */
export function normalizeAxis(check: LayerCheck, axis: number, rank: number, role: string): number {
  check.expect(
    Number.isInteger(axis) && axis >= -rank && axis < rank,
    () => `has the ${role} ${axis}, and it has to be from ${0 - rank} to ${rank - 1}`,
  );
  return axis < 0 ? axis + rank : axis;
}

/**
 * The dimensions that the constant int32 input at `position` lists, sorted, each once.
 * @throws KilnError that names the layer
 */
export function axesOf(check: LayerCheck, position: number, rank: number): number[] {
  const { data } = check.constant(position, 'axes', 'int32');
  const axes = Array.from(data as Int32Array, (axis) => normalizeAxis(check, axis, rank, 'axis'));
  return [...new Set(axes)].sort((a, b) => a - b);
}
