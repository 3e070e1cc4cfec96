// A board that runs a detector: whether it is this one, and whether its memory lies as the host takes it to lie.
import { KilnError } from '../base/errors.js';
import { planIdOf } from '../converter/detectors/program.js';
import type { FrameClient } from '../device/frame_client.js';
import { requireModel } from '../device/validate.js';
import type { DetectorModel } from './detector_model.js';

/** @throws KilnError `model-mismatch` */
export function requireFirmware(
  { hash, program }: DetectorModel,
  { hello, path }: Pick<FrameClient, 'hello' | 'path'>,
): void {
  requireModel(hello, hash, path);
  if (hello.plan === planIdOf(program)) return;
  const what = `the firmware's memory plan ${hello.plan} is not the one that this tinykiln makes of the detector`;
  const todo = 'Build and flash the firmware anew with this tinykiln.';
  throw new KilnError('model-mismatch', { where: `port ${path}`, what, todo });
}
