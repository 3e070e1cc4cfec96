// A board that speaks frames: what needs its memory or a stream can be asked of no other.
import { KilnError } from '../base/errors.js';
import { FrameClient } from './frame_client.js';
import { carriesBytes, type Link } from './link.js';
import { BoardClient } from './protocol.js';

/** @throws KilnError `firmware-foreign` where its firmware is not ours, `board-silent` and the others of link and session */
export async function connectFrames(link: Link, timeoutMs: number): Promise<FrameClient> {
  const board = await BoardClient.connect(link, timeoutMs);
  if (carriesBytes(link) && (await board.hasFrames())) return FrameClient.connect(link, { timeoutMs });
  const what = 'its firmware does not speak frames, by which memory and streams go';
  const todo = 'Build and flash it with this tinykiln (`kiln project`, `kiln build`, `kiln flash`).';
  throw new KilnError('firmware-foreign', { where: `port ${link.path}`, what, todo }, 'device');
}
