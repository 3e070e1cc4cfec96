// Every kind of detector that is no network: from what training found to the integers that the chip computes with.
import type { DetectorModel, NetworkModel } from '../../base/detector_models.js';
import { cusum } from './cusum.js';
import type { Detector } from './detector.js';
import { ewmaChart } from './ewma_chart.js';
import { forest } from './forest.js';
import { quadratic } from './quadratic.js';
import { record } from './record.js';
import { rules } from './rules.js';
import { windowedGaussian } from './windowed_gaussian.js';

/**
 * @param features that the detector is given: trees may look at fewer
 * @throws KilnError `detector-invalid`
 */
export function detectorOf(model: Exclude<DetectorModel, NetworkModel>, features: number): Detector {
  switch (model.kind) {
    case 'quadratic':
      return quadratic(model);
    case 'ewma-chart':
      return ewmaChart(model);
    case 'record':
      return record(model);
    case 'forest':
      return forest(model, features);
    case 'cusum':
      return cusum(model);
    case 'windowed-gaussian':
      return windowedGaussian(model);
    case 'rules':
      return rules(model);
  }
}
