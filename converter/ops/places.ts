// Constant inputs that say which values an op moves and where to: an axis, an order of dimensions, begins, sizes, paddings.
import { normalizeAxis } from './axes.js';
import type { LayerCheck } from './layer_check.js';

/**
 * The values of the constant input at `position`.
 * @param role what they are called, for the error
 * @param count of them, as they have to be
 * @param rank dimensions that their tensor may have
 * @throws KilnError that names the layer
 */
export function placesOf(
  check: LayerCheck,
  position: number,
  role: string,
  count: number,
  { dtype = 'int32', rank = 1 }: { dtype?: 'int32' | 'int64'; rank?: number } = {},
): number[] {
  const { data, shape } = check.constant(position, role, dtype);
  const { length } = data!;
  check.expect(length === count, () => `has ${length} ${role}, and it has to have ${count}`);
  check.expect(shape.length <= rank, () => `has its ${role} in ${shape.length} dimensions, and ${rank} is the limit`);
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/**
 * The dimension that the constant input at `position` names, among `rank`.
 * @throws KilnError that names the layer
 */
export function axisOf(check: LayerCheck, position: number, rank: number): number {
  const [axis] = placesOf(check, position, 'axes', 1);
  return normalizeAxis(check, axis!, rank, 'axis');
}

/** @throws KilnError where the input has more dimensions than TFLite Micro takes */
export function checkRankUpTo(check: LayerCheck, most: number): void {
  const { length } = check.input.shape;
  check.expect(length <= most, () => `has an input of ${length} dimensions, and ${most} is the limit`);
}
