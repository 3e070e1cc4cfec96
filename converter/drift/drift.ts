// The watch for drift as a step of a detector's program.
import type { DriftModel } from '../../base/detector_models.js';
import { DRIFT_QUANTITY_BYTES, fixedQuantity, MOST_QUANTITIES } from '../../base/drift.js';
import { KilnError } from '../../base/errors.js';
import type { StageC } from '../detectors/detector.js';

export interface Drift {
  quantities: number;
  c: StageC;
}

/**
 * @param window its samples and axes
 * @throws KilnError `detector-invalid` where there are too many quantities
 */
export function drift({ memoryBits, quantities }: DriftModel, window: { samples: number; axes: number }): Drift {
  const count = quantities.length;
  if (count > MOST_QUANTITIES) {
    const what = `${count} quantities are watched for drift, and at most ${MOST_QUANTITIES} are possible`;
    throw new KilnError('detector-invalid', { where: 'drift', what, todo: 'Leave some out.' });
  }
  const known = quantities.map(fixedQuantity).flatMap(({ source, mean, gain, cuts, shares, limits }) => {
    const { psi, shift, spread, stuck } = limits;
    return [source, mean, gain, ...cuts, ...shares, psi, shift, spread, stuck];
  });
  return {
    quantities: count,
    c: {
      kernel: 'tk_drift',
      params: {
        quantities: count,
        bits: memoryBits,
        known: { array: 'known' },
        samples: window.samples,
        axes: window.axes,
      },
      arrays: [{ name: 'known', type: 'int32_t', values: known }],
      state: { type: 'tk_drift_running', count, elementBytes: DRIFT_QUANTITY_BYTES },
    },
  };
}
