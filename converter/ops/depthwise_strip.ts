// How many pixels of DEPTHWISE_CONV_2D Helium's kernel makes together.
import type { WindowGeometry } from './window.js';

/** Bytes of a vector, which holds what is under the windows of a strip. */
export const VECTOR = 16;

/** Output pixels of a row in a strip: as many as a vector has room for, in strips of like size. */
export function stripOf({ outW, filterH, filterW, strideW, dilationW }: WindowGeometry): number {
  const columns = Math.floor(VECTOR / filterH);
  const most = dilationW === 1 ? Math.max(1, Math.floor((columns - filterW) / strideW) + 1) : 1;
  return Math.ceil(outW / Math.ceil(outW / most));
}
