// What quantization-aware training leaves in a tfjs layers model beside the weights: the range that each layer's output was rounded to.
import { z } from 'zod';
import { KilnError } from '../../base/errors.js';
import type { ValueRange } from '../quantization/scales.js';

const LARGEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;
const end = z.number().min(-LARGEST_FLOAT32).max(LARGEST_FLOAT32);

const rangesSchema = z.object({
  userDefinedMetadata: z.object({
    ranges: z.record(
      z.string().max(200),
      z.object({ min: end, max: end }).refine(({ min, max }) => min <= max, 'min above max'),
    ),
  }),
});

/**
 * @param json model.json, parsed
 * @param name for messages: its path
 * @returns by layer; undefined where the model was trained in float alone
 * @throws KilnError `model-json` for ranges that are none
 */
export function trainedRanges(json: unknown, name: string): ReadonlyMap<string, ValueRange> | undefined {
  const { userDefinedMetadata } = (json ?? {}) as { userDefinedMetadata?: { ranges?: unknown } | null };
  if (userDefinedMetadata?.ranges === undefined) return undefined;
  const parsed = rangesSchema.safeParse(json);
  if (parsed.success) return new Map(Object.entries(parsed.data.userDefinedMetadata.ranges));
  const { path, message } = parsed.error.issues[0]!;
  const todo = 'Train the model again, or take `ranges` out of its userDefinedMetadata.';
  throw new KilnError('model-json', { where: `${name}: ${path.join('.')}`, what: message, todo });
}
